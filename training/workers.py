"""Learning in several processes of one thread each: on a busy machine they wait for each other once a step,
not at every layer as threads do."""

import torch
import torch.distributed as dist
import torch.multiprocessing as multiprocessing


def start(run, options):
    """Runs run(rank, options) in `options.workers` processes and returns when all have ended."""
    meeting = options.run / "meeting"
    meeting.unlink(missing_ok=True)
    multiprocessing.start_processes(_joined, args=(run, options, meeting), nprocs=options.workers, start_method="spawn")


def _joined(rank, run, options, meeting):
    dist.init_process_group("gloo", init_method=meeting.resolve().as_uri(), rank=rank, world_size=options.workers)
    try:
        run(rank, options)
    finally:
        dist.destroy_process_group()


def agreed(value):
    """Rank 0's number, for everyone: the clock of one process decides."""
    number = torch.tensor([value], dtype=torch.float64)
    dist.broadcast(number, 0)
    return float(number)


@torch.no_grad()
def share_gradients(model):
    """Replaces gradients and normalisation statistics by their mean over the processes."""
    tensors = [p.grad for p in model.parameters() if p.grad is not None]
    tensors += [b for b in model.buffers() if b.dtype.is_floating_point]
    flat = torch.cat([t.reshape(-1) for t in tensors])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    offset = 0
    for tensor in tensors:
        tensor.copy_(flat[offset : offset + tensor.numel()].view_as(tensor))
        offset += tensor.numel()
