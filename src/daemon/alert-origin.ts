import type { Config } from '../config/schema.ts';
import type { AlertOrigin } from '../publish/messages/alert-messages.ts';

/** The device that raises the alerts, and which patient data it may publish. */
export function alertOrigin({
  site,
  device,
  privacy,
}: Pick<Config, 'site' | 'device' | 'privacy'>): AlertOrigin {
  return { site: site.id, device: device.id, privacyFields: privacy.fields };
}
