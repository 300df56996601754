import { cpu, mem, osInfo } from 'systeminformation';

export interface HostReading {
  /** For example `Ubuntu 22.04.5 LTS`. */
  readonly system: string;
  readonly kernel: string;
  readonly architecture: string;
  readonly processor: string;
  readonly cores: number;
  readonly memoryTotalBytes: number;
  readonly memoryAvailableBytes: number;
}

/** Facts that every Linux machine provides; `readBoard` has those of a Jetson. Takes about 100 ms. */
export async function readHost(): Promise<HostReading> {
  const [system, processor, memory] = await Promise.all([osInfo(), cpu(), mem()]);
  return {
    system: `${system.distro} ${system.release}`.trim(),
    kernel: system.kernel,
    architecture: system.arch,
    processor: `${processor.manufacturer} ${processor.brand}`.trim(),
    cores: processor.cores,
    memoryTotalBytes: memory.total,
    memoryAvailableBytes: memory.available,
  };
}
