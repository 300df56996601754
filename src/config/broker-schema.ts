import { z } from 'zod';
import { filePath, secretPath } from './paths.ts';

const secretFile = secretPath.describe(
  'Path of a file that holds the secret, or the name of a systemd credential.',
);

/** The section `broker`: how the MQTT broker is reached. */
export const brokerSchema = z
  .strictObject({
    url: z
      .string()
      .regex(
        /^(mqtts?|wss?):\/\/[^\s@]+$/,
        'Use mqtt://host:port, mqtts://, ws:// or wss://, without a password.',
      )
      .refine(isUrl, 'This is not an address: use mqtt://host:port, with a port up to 65535.')
      .default('mqtt://127.0.0.1:1883')
      .describe('Where the MQTT broker listens.'),
    websocketUrl: z
      .string()
      .regex(/^wss?:\/\/[^\s@]+$/, 'Use ws://host:port or wss://.')
      .refine(isUrl, 'This is not an address: use ws://host:port, with a port up to 65535.')
      .optional()
      .describe(
        "The broker's own WebSocket listener, for displays; they have no name and no password there. Leave it out: then they connect through the daemon's port, at /mqtt, signed in and limited to their ward.",
      ),
    protocolVersion: z
      .union([z.literal('auto'), z.literal(5), z.literal(4)])
      .default('auto')
      .describe('MQTT 5 or 3.1.1 (4); auto tries 5 first.'),
    tls: z
      .strictObject({
        ca: filePath.optional().describe('Certificate of the authority, PEM.'),
        cert: filePath.optional().describe('Own certificate, PEM.'),
        key: secretPath.optional().describe('Own key, PEM, or the name of a systemd credential.'),
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

/** Without a host, or with a port that does not exist, every attempt to connect would fail. */
function isUrl(text: string): boolean {
  return URL.canParse(text) && new URL(text).hostname !== '';
}
