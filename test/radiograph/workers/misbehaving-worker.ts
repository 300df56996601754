import { threadId } from 'node:worker_threads';
import { setTimeout } from 'node:timers/promises';
import { BonewatchError } from '../../../src/contract/errors.ts';
import { serveTasks } from '../../../src/radiograph/workers/serve-tasks.ts';

type Behaviour =
  | 'answer'
  | 'hang'
  | 'exit'
  | 'crash'
  | 'corrupt'
  | 'refuse'
  | 'fill the heap'
  | 'wait'
  | 'buffer'
  | 'use the large-image slot'
  | 'hang with the large-image slot';

let isSpent = false;

serveTasks(
  async (behaviour: Behaviour, acquireLargeImageSlot) => {
    switch (behaviour) {
      case 'hang':
        for (;;);
      case 'exit':
        process.exit(3);
      case 'crash':
        throw new TypeError('unexpected failure');
      case 'corrupt':
        isSpent = true;
        throw new BonewatchError('PIXELS_CORRUPT', 'The pixel data does not decode.');
      case 'refuse':
        throw new BonewatchError('DICOM_NO_PIXELS', 'The DICOM object holds no image.');
      case 'fill the heap': {
        const arrays: number[][] = [];
        for (;;) arrays.push(new Array<number>(100_000).fill(arrays.length));
      }
      case 'wait':
        await setTimeout(150);
        return { reply: threadId };
      case 'buffer': {
        const bytes = new Uint8Array(1000).fill(7);
        return { reply: bytes, transfer: [bytes.buffer] };
      }
      case 'use the large-image slot': {
        await acquireLargeImageSlot();
        const startedAt = Date.now();
        await setTimeout(100);
        return { reply: { startedAt, endedAt: Date.now() } };
      }
      case 'hang with the large-image slot':
        await acquireLargeImageSlot();
        for (;;);
      case 'answer':
        return { reply: threadId };
    }
  },
  () => isSpent,
);
