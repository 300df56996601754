import { z } from 'zod';
import { filePath } from './paths.ts';

/** The section `store`: the database, its retention, and the limits of its disk. */
export const storeSchema = z
  .strictObject({
    path: filePath
      .default('/var/lib/bonewatch/bonewatch.db')
      .describe('The database file; its folder also holds the picture cache.'),
    backup: filePath
      .optional()
      .describe('The nightly copy of the database. Default: the path of the database with .backup appended.'),
    pictureCacheMegabytes: z
      .int()
      .min(0)
      .default(512)
      .describe(
        'Size of the cache of decoded pictures next to the database, so that the console opens them at once.',
      ),
    retention: z
      .strictObject({
        fractureDays: z
          .int()
          .min(1)
          .default(1825)
          .describe('Days that images with a finding, their results and their alerts are retained.'),
        noFractureDays: z
          .int()
          .min(1)
          .default(365)
          .describe('Days that images without a finding are retained.'),
        otherDays: z
          .int()
          .min(1)
          .default(90)
          .describe(
            'Days that rows of files are retained that were not analysed, failed, were duplicates or vanished.',
          ),
      })
      .prefault({})
      .describe('Retention. Unacknowledged alerts, undelivered messages and image files are never removed.'),
    disk: z
      .strictObject({
        lowMegabytes: z.int().min(1).default(2048).describe('Free space below which an alarm is raised.'),
        criticalMegabytes: z.int().min(1).default(256).describe('Free space below which intake is paused.'),
      })
      .prefault({})
      .describe('Free space of the filesystem that holds the database.'),
  })
  .describe('The database.');
