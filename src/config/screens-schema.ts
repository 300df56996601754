import { z } from 'zod';
import { filePath, secretPath } from './paths.ts';
import { address } from './address.ts';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'Use hh:mm.');

/** The section `screens`: the address of the pages, their encryption, and the length of sessions. */
export const screensSchema = z
  .strictObject({
    listen: address.default('127.0.0.1:8470').describe('Address of the ward displays and the console.'),
    night: z
      .strictObject({
        from: timeOfDay.default('22:00').describe('When displays are dimmed.'),
        until: timeOfDay
          .default('06:00')
          .describe('When they are bright again; the same time as `from` disables dimming.'),
      })
      .prefault({})
      .describe('Ward displays give a third of their light, and their sound, in these hours of the site.'),
    tls: z
      .strictObject({
        cert: filePath.optional().describe('Certificate of this machine, PEM, followed by its chain.'),
        key: secretPath
          .optional()
          .describe(
            'Its key, PEM, or the name of a systemd credential. A renewed pair is loaded within a minute.',
          ),
        names: z
          .array(
            z
              .string()
              .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, 'Use a host name or an address.'),
          )
          .default([])
          .describe('Names and addresses of this machine for the self-signed certificate.'),
      })
      .optional()
      .describe(
        'Encrypts the pages: with the certificate of the hospital, or, without cert and key, with a self-signed one that Bonewatch stores next to the database.',
      ),
    maxConnections: z
      .int()
      .min(32)
      .max(8192)
      .default(1024)
      .describe(
        'Connections to the pages at once; fewer where the process may open fewer files, so that images always have theirs.',
      ),
    maxConnectionsPerMachine: z
      .int()
      .min(8)
      .max(8192)
      .default(128)
      .describe(
        'Connections of one address at once. Behind a proxy all pages have its address: set both to the same.',
      ),
    users: z
      .strictObject({
        idleMinutes: z
          .int()
          .min(1)
          .max(24 * 60)
          .default(30)
          .describe('Minutes without activity after which a user is signed out.'),
        maxSessionHours: z
          .int()
          .min(1)
          .max(7 * 24)
          .default(12)
          .describe('Hours after which a user must sign in again in any case.'),
      })
      .prefault({})
      .describe('Users who sign in, added with bonewatch user add. Paired displays stay paired.'),
    trustNetwork: z
      .boolean()
      .default(false)
      .describe(
        'Allows network access without encryption, and without sign-in while there is no user: for an isolated network, or behind a proxy that does both.',
      ),
  })
  .describe('The pages.');
