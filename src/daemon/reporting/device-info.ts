import type { Config } from '../../config/schema.ts';
import type { Clock } from '../../contract/clock.ts';
import { isStoreFailure } from '../../contract/errors.ts';
import type { OutgoingMessage } from '../../contract/outgoing-message.ts';
import { packageVersion } from '../../contract/package-facts.ts';
import { infoMessage, type DeviceInfo } from '../../publish/messages/info-message.ts';
import type { Store } from '../../store/open-store.ts';
import type { StatusSource } from '../status.ts';

export interface DeviceInfoDeps {
  readonly config: Pick<Config, 'site' | 'device'>;
  readonly status: StatusSource;
  readonly store: Pick<Store, 'audit'>;
  readonly clock: Clock;
}

export interface DeviceInfoSource {
  /** The present info as its next revision. */
  message(): OutgoingMessage;
  /** The number of rows of the audit log; null while the database cannot be read. */
  auditCount(): number | null;
}

/** What the device runs: versions, models, execution provider and what is degraded. */
export function createDeviceInfo({ config, status, store, clock }: DeviceInfoDeps): DeviceInfoSource {
  let rev = 0;
  return {
    auditCount: () => auditHeadOf(store).auditCount,
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
        ...auditHeadOf(store),
        undeliveredWards,
        ts: new Date(now).toISOString(),
      });
    },
  };
}

function auditHeadOf({ audit }: DeviceInfoDeps['store']): Pick<DeviceInfo, 'auditCount' | 'auditHead'> {
  try {
    const { count, hash } = audit.head();
    return { auditCount: count, auditHead: hash };
  } catch (error) {
    if (!isStoreFailure(error)) throw error;
    return { auditCount: null, auditHead: null };
  }
}
