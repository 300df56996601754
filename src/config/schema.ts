import { z } from 'zod';
import { alertsSection } from './alerts-section.ts';
import { brokerSchema } from './broker-schema.ts';
import { healthSchema } from './health-schema.ts';
import { inboxSchema } from './inbox-schema.ts';
import { modelsSchema } from './models-schema.ts';
import { scopeSchema } from './scope-schema.ts';
import { screensSchema } from './screens-schema.ts';
import { storeSchema } from './store-schema.ts';
import { timeZone } from './time-zone.ts';
import { topicId } from './topic-id.ts';
import { wardSchema } from './ward-schema.ts';

const site = z
  .strictObject({
    id: topicId.default('hospital').describe('Names the site in every topic.'),
    name: z.string().default('Hospital').describe('Shown on the screens.'),
    timezone: timeZone.default('Asia/Seoul').describe('IANA time zone of the times on the screens.'),
    language: z.enum(['ko', 'en']).default('ko').describe('Language a screen starts in.'),
    phone: z
      .string()
      .max(16)
      .default('')
      .describe('Extension of the radiography room, shown on a disconnected display.'),
  })
  .describe('The hospital.');

const device = z
  .strictObject({
    id: topicId.default('console-1').describe('Names this device in every topic; one per X-ray console.'),
    room: z.string().default('').describe('Where it stands, for the technical alarms.'),
  })
  .describe('The machine Bonewatch runs on.');

const privacy = z
  .strictObject({
    fields: z
      .array(z.enum(['place', 'picture']))
      .default([])
      .describe(
        'What wards may see in addition to body part and case code. `place`: room and bed, also in the messages. `picture`: a small copy of the radiograph with its findings marked, on the displays of the wards that see the alert; it shows any text that is burned into the pixels. Empty: neither.',
      ),
  })
  .describe('What leaves the device.');

const log = z
  .strictObject({
    level: z.enum(['debug', 'info', 'warn', 'error']).default('info').describe('Least severe level written.'),
  })
  .describe('Logging to standard error, as JSON.');

/** The whole configuration. Types, defaults, validation, JSON Schema and docs/configuration.md come from here. */
export const configSchema = z.strictObject({
  site: site.prefault({}),
  device: device.prefault({}),
  inboxes: z.array(inboxSchema).min(1).describe('The folders the modality exports to.'),
  models: modelsSchema.prefault({}),
  scope: scopeSchema.prefault({}),
  alerts: alertsSection.prefault({}),
  wards: z.array(wardSchema).min(1).describe('The wards that see alerts.'),
  broker: brokerSchema.prefault({}),
  privacy: privacy.prefault({}),
  store: storeSchema.prefault({}),
  screens: screensSchema.prefault({}),
  health: healthSchema.prefault({}),
  log: log.prefault({}),
});

export type Config = z.infer<typeof configSchema>;
export type InboxConfig = Config['inboxes'][number];
export type WardConfig = Config['wards'][number];
