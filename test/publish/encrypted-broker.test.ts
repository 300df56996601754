import { execFileSync } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort, mosquittoAvailable, startMosquitto, type Mosquitto } from '../support/mosquitto.ts';
import { opensslAvailable } from '../support/openssl.ts';
import { aBroker, aMessage, untilConnected, untilDisconnected } from './a-broker.ts';

/** An authority of our own with a certificate for 127.0.0.1 and one for the device. */
function makeCertificates(folder: string) {
  const openssl = (line: string) =>
    execFileSync('openssl', line.split(' '), { cwd: folder, stdio: 'ignore' });
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -nodes -days 2';
  openssl(`req -x509 ${key} -keyout ca.key -out ca.pem -subj /CN=authority`);
  for (const name of ['broker', 'device'])
    openssl(
      `req -x509 ${key} -keyout ${name}.key -out ${name}.pem -subj /CN=${name} -CA ca.pem -CAkey ca.key -addext subjectAltName=IP:127.0.0.1`,
    );
}

describe.skipIf(!mosquittoAvailable('encrypted broker') || !opensslAvailable('encrypted broker'))(
  'an encrypted broker',
  () => {
    let folder: string;
    let mosquitto: Mosquitto;
    let securePort: number;

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'certificates-'));
      makeCertificates(folder);
      securePort = await freePort();
      mosquitto = await startMosquitto({
        settings: [
          `listener ${securePort} 127.0.0.1`,
          `cafile ${folder}/ca.pem`,
          `certfile ${folder}/broker.pem`,
          `keyfile ${folder}/broker.key`,
          'require_certificate true',
        ],
      });
    });

    afterAll(async () => {
      await mosquitto[Symbol.asyncDispose]();
      await rm(folder, { recursive: true });
    });

    it('is reached when both sides trust each other', async () => {
      const tls = {
        ca: join(folder, 'ca.pem'),
        cert: join(folder, 'device.pem'),
        key: join(folder, 'device.key'),
      };
      const url = `mqtts://127.0.0.1:${securePort}`;

      await using broker = await aBroker(url, { config: { url, protocolVersion: 'auto', tls } });
      await untilConnected(broker);

      await expect(broker.publish(aMessage())).resolves.toBeUndefined();
    });

    it('is named as not trusted when its authority is unknown, and nothing is sent to it', async () => {
      const url = `mqtts://127.0.0.1:${securePort}`;

      await using broker = await aBroker(url);

      expect(await untilDisconnected(broker)).toMatchObject({ error: { code: 'BROKER_UNTRUSTED' } });
    });
  },
);
