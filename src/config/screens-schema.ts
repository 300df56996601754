import { z } from 'zod';
import { address } from './address.ts';

const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'use hh:mm');

/** The section `screens`: where the pages are, how they are encrypted, and for how long somebody stays signed in. */
export const screensSchema = z
  .strictObject({
    listen: address.default('127.0.0.1:8470').describe('Address of the ward displays and the console.'),
    night: z
      .strictObject({
        from: timeOfDay.default('22:00').describe('When displays are dimmed.'),
        until: timeOfDay
          .default('06:00')
          .describe('When they are bright again; the same time as `from`: always bright.'),
      })
      .prefault({})
      .describe('Ward displays give a third of their light, and their sound, in these hours of the site.'),
    tls: z
      .strictObject({
        cert: z
          .string()
          .optional()
          .describe('Certificate of this machine, PEM, followed by those that lead to its authority.'),
        key: z
          .string()
          .optional()
          .describe(
            'Its key, PEM, or the name of a systemd credential. A renewed pair is taken within a minute.',
          ),
        names: z
          .array(
            z
              .string()
              .regex(/^[A-Za-z0-9]([A-Za-z0-9.:-]{0,252}[A-Za-z0-9])?$/, 'use a host name or an address'),
          )
          .default([])
          .describe(
            'Names and addresses that the displays call this machine by, for a certificate of its own making.',
          ),
      })
      .optional()
      .describe(
        'Serves the pages encrypted: with the certificate of the hospital, or, without cert and key, with one that Bonewatch makes and keeps beside the database.',
      ),
    users: z
      .strictObject({
        idleMinutes: z
          .int()
          .min(1)
          .max(24 * 60)
          .default(30)
          .describe('Minutes without a touch after which somebody is signed out.'),
        maxSessionHours: z
          .int()
          .min(1)
          .max(7 * 24)
          .default(12)
          .describe('Hours after which somebody must sign in again in any case.'),
      })
      .prefault({})
      .describe('People who sign in; they are made with bonewatch user add. Paired displays stay paired.'),
    trustNetwork: z
      .boolean()
      .default(false)
      .describe(
        'Allows to listen on more than this machine without encryption, and without a sign-in as long as there is no user: for a network that nobody else reaches, or behind a proxy that does both.',
      ),
  })
  .describe('The pages.');
