import type { Config } from '../config/schema.ts';
import type { Clock } from '../contract/clock.ts';
import type { OutgoingMessage } from '../contract/outgoing-message.ts';
import { packageVersion } from '../contract/package-facts.ts';
import { infoMessage } from '../publish/messages/info-message.ts';
import type { StatusSource } from './status.ts';

export interface DeviceInfoDeps {
  readonly config: Pick<Config, 'site' | 'device'>;
  readonly status: StatusSource;
  readonly clock: Clock;
}

export interface DeviceInfoSource {
  /** The present info as its next revision. */
  message(): OutgoingMessage;
}

/** What the device runs: versions, models, execution provider and what is degraded. */
export function createDeviceInfo({ config, status, clock }: DeviceInfoDeps): DeviceInfoSource {
  let rev = 0;
  return {
    message() {
      const { analysis, degraded, undeliveredWards } = status.read();
      const build = analysis.providers?.build ?? null;
      const now = clock.now();
      rev += 1;
      return infoMessage(config.site.id, config.device.id, {
        rev,
        versions: { bonewatch: packageVersion(), node: process.versions.node },
        models: analysis.state === 'up' ? analysis.models : [],
        executionProvider: analysis.state === 'up' ? analysis.executionProvider : null,
        engineBuild: build && {
          since: new Date(now - (performance.now() - build.since)).toISOString(),
          usualSeconds: build.usualMs === null ? null : Math.round(build.usualMs / 1000),
        },
        degraded,
        undeliveredWards,
        ts: new Date(now).toISOString(),
      });
    },
  };
}
