import { z } from 'zod';

/** The section `store`: where the record is, how long it keeps what, and when its disk is too full. */
export const storeSchema = z
  .strictObject({
    path: z
      .string()
      .default('/var/lib/bonewatch/bonewatch.db')
      .describe('The database file; its folder also holds the picture cache.'),
    backup: z
      .string()
      .optional()
      .describe(
        'The file that a copy of the database is written to every night; beside the database, with .backup at the end, without it.',
      ),
    pictureCacheMegabytes: z
      .int()
      .min(0)
      .default(512)
      .describe('Space for decoded pictures beside the database, so that the console opens them at once.'),
    retention: z
      .strictObject({
        fractureDays: z
          .int()
          .min(1)
          .default(1825)
          .describe('Days that images with a finding, their results and their alerts are kept.'),
        noFractureDays: z.int().min(1).default(365).describe('Days that images without a finding are kept.'),
        otherDays: z
          .int()
          .min(1)
          .default(90)
          .describe('Days that files are kept that were not analysed, failed, were copies or vanished.'),
      })
      .prefault({})
      .describe(
        'How long the record keeps what is over. Nothing unacknowledged or undelivered is ever removed, and no file.',
      ),
    disk: z
      .strictObject({
        lowMegabytes: z.int().min(1).default(2048).describe('Free space below which an alarm is raised.'),
        criticalMegabytes: z
          .int()
          .min(1)
          .default(256)
          .describe('Free space below which no new image is taken in until there is more.'),
      })
      .prefault({})
      .describe('Free space of the filesystem that holds the database.'),
  })
  .describe('The record.');
