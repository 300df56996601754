import { z } from 'zod';
import { BODY_PARTS } from '../contract/radiograph.ts';
import { alertsSection } from './alerts-section.ts';
import { healthSchema } from './health-schema.ts';
import { modelsSchema } from './models-schema.ts';
import { screensSchema } from './screens-schema.ts';
import { storeSchema } from './store-schema.ts';
import { topicId } from './topic-id.ts';

const site = z
  .strictObject({
    id: topicId.default('hospital').describe('Names the site in every topic.'),
    name: z.string().default('Hospital').describe('Shown on the screens.'),
    timezone: z.string().default('Asia/Seoul').describe('IANA time zone of the times on the screens.'),
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

const inbox = z
  .strictObject({
    path: z
      .string()
      .startsWith('/', 'use an absolute path')
      .describe('Absolute path of the folder the modality exports to. Its files are only read.'),
    mode: z
      .enum(['auto', 'events', 'poll'])
      .default('auto')
      .describe('How new files are detected; auto polls filesystems without events (CIFS, NFS).'),
    settleMs: z
      .int()
      .min(100)
      .default(10_000)
      .describe(
        'How long, in milliseconds, an incomplete file must stay unchanged before it is accepted as it is. Complete files start at once.',
      ),
    rescanSeconds: z
      .int()
      .min(1)
      .default(30)
      .describe('How often, in seconds, the folder is reconciled with the ledger, regardless of events.'),
    canary: z
      .enum(['auto', 'off'])
      .default('auto')
      .describe(
        'Whether a hidden file (.bonewatch-canary) is created and removed in a writable folder to verify that file events arrive.',
      ),
    ignoreBefore: z
      .union([z.literal('first-start'), z.iso.datetime({ offset: true }), z.iso.date()])
      .optional()
      .describe(
        'Files put there before this time (a date, or the first start of Bonewatch) are recorded but not analysed. Without it every file is analysed.',
      ),
    ward: topicId.optional().describe('Ward of the alerts of this folder when no ward matches.'),
  })
  .describe('One export folder.');

const scope = z
  .strictObject({
    modalities: z.array(z.string()).default(['CR', 'DX']).describe('DICOM modalities that are analysed.'),
    bodyParts: z
      .union([z.literal('model'), z.array(z.enum(BODY_PARTS))])
      .default('model')
      .describe(
        'Body parts that are analysed; `model`: those the model covers. A file without a body part is analysed.',
      ),
    minAgeYears: z.int().min(0).optional().describe('Patients known to be younger are not analysed.'),
    windowIndex: z
      .int()
      .min(0)
      .default(0)
      .describe(
        'Which of several windows or VOI LUTs of a DICOM file is used: 0 the first, 1 the second. A file with fewer uses its first.',
      ),
    rawImages: z
      .enum(['analyse', 'skip'])
      .default('analyse')
      .describe(
        'DICOM images that are FOR PROCESSING: `analyse` renders them like any other, with a warning in the result; `skip` does not analyse them.',
      ),
    saturatedShare: z
      .number()
      .gt(0)
      .max(1)
      .default(0.995)
      .describe('Share of completely black or white pixels from which a picture counts as saturated.'),
    decodeDeadlineMs: z
      .int()
      .min(100)
      .default(15_000)
      .describe('Milliseconds one file may take to decode before it fails.'),
    maxMegapixels: z
      .number()
      .positive()
      .default(32)
      .describe(
        'Larger pictures are refused before decoding. JPEG 2000 takes about 11 MB of memory per megapixel, in addition to the 350 MB of the service.',
      ),
  })
  .describe('Which files are radiographs to analyse.');

const ward = z
  .strictObject({
    id: topicId.describe('Names the ward in its topics and its page, /ward/<id>.'),
    name: z.string().min(1).describe('Shown on the display.'),
    detail: z.string().default('').describe('Smaller text next to the name, such as the department.'),
    match: z
      .strictObject({
        inboxes: z.array(z.string()).optional().describe('Folders as written under inboxes[].path.'),
        departments: z.array(z.string()).optional().describe('InstitutionalDepartmentName values.'),
        stations: z.array(z.string()).optional().describe('StationName values.'),
        bodyParts: z.array(z.enum(BODY_PARTS)).optional().describe('Body parts.'),
      })
      .optional()
      .describe('Alerts come here when every list given matches; without `match`, when nothing else does.'),
    staff: z
      .array(
        z.union([
          z.string(),
          z.strictObject({
            name: z.string().min(1).describe('Name as shown and recorded.'),
            badge: z
              .string()
              .regex(/^[\x21-\x7e]{4,64}$/, 'use 4 to 64 letters and digits, as the reader types them')
              .describe('Text that the badge reader types.'),
          }),
        ]),
      )
      .default([])
      .describe('Names offered when an alert is acknowledged; with `badge`, a scanned badge gives the name.'),
  })
  .describe('One ward.');

const secretFile = z
  .string()
  .describe('Path of a file that holds the secret, or the name of a systemd credential.');

const broker = z
  .strictObject({
    url: z
      .string()
      .regex(
        /^(mqtts?|wss?):\/\/[^\s@]+$/,
        'use mqtt://host:port, mqtts://, ws:// or wss://, without a password',
      )
      .default('mqtt://127.0.0.1:1883')
      .describe('Where the MQTT broker listens.'),
    websocketUrl: z
      .string()
      .regex(/^wss?:\/\/[^\s@]+$/)
      .optional()
      .describe(
        "The broker's own WebSocket listener, for the displays. Without it displays connect through the daemon's port, at /mqtt.",
      ),
    protocolVersion: z
      .union([z.literal('auto'), z.literal(5), z.literal(4)])
      .default('auto')
      .describe('MQTT 5 or 3.1.1 (4); auto tries 5 first.'),
    tls: z
      .strictObject({
        ca: z.string().optional().describe('Certificate of the authority, PEM.'),
        cert: z.string().optional().describe('Own certificate, PEM.'),
        key: z.string().optional().describe('Own key, PEM.'),
      })
      .optional()
      .describe('Certificates for mqtts:// and wss://.'),
    username: z.string().optional().describe('User name at the broker.'),
    passwordFile: secretFile.optional(),
    embedded: z
      .boolean()
      .default(false)
      .describe('Runs a small broker inside the daemon instead; for demonstrations.'),
  })
  .describe('The MQTT broker.');

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
  inboxes: z.array(inbox).min(1).describe('The folders the modality exports to.'),
  models: modelsSchema.prefault({}),
  scope: scope.prefault({}),
  alerts: alertsSection.prefault({}),
  wards: z.array(ward).min(1).describe('The wards that see alerts.'),
  broker: broker.prefault({}),
  privacy: privacy.prefault({}),
  store: storeSchema.prefault({}),
  screens: screensSchema.prefault({}),
  health: healthSchema.prefault({}),
  log: log.prefault({}),
});

export type Config = z.infer<typeof configSchema>;
export type InboxConfig = Config['inboxes'][number];
export type WardConfig = Config['wards'][number];
