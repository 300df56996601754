import { codecsAreSpent } from '../../../src/radiograph/pixels/native-codecs.ts';
import { readRadiograph } from '../../../src/radiograph/read-radiograph.ts';
import { serveTasks } from '../../../src/radiograph/workers/serve-tasks.ts';

serveTasks(async (path: string) => {
  const { radiograph } = await readRadiograph(path, { maxMegapixels: 64 });
  return { reply: radiograph, transfer: [radiograph.pixels.buffer] };
}, codecsAreSpent);
