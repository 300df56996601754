import { appendFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runBonewatch } from '../../../support/run-bonewatch.ts';
import { aFolder } from '../../../store/a-store.ts';

const INBOXES = 'inboxes: [{path: /srv/a}]';
const WARDS = 'wards: [{id: w3, name: 3병동}]';

async function aConfig(...lines: readonly string[]): Promise<string> {
  const file = join(aFolder(), 'bonewatch.yaml');
  await writeFile(file, `${lines.join('\n')}\n`);
  return file;
}

/** Faults of the file itself: what is written, and the message about it. */
const FAULTS: readonly (readonly [title: string, lines: readonly string[], fault: string])[] = [
  [
    'a misspelt time zone, which stops every ward display',
    [INBOXES, WARDS, 'site: {timezone: Asia/Soul}'],
    '3: site.timezone: Unknown time zone Asia/Soul: did you mean Asia/Seoul?',
  ],
  [
    'a city instead of a time zone',
    [INBOXES, WARDS, 'site: {timezone: Seoul}'],
    '3: site.timezone: Unknown time zone Seoul: did you mean Asia/Seoul?',
  ],
  [
    'an offset instead of a time zone, which older browsers do not know',
    [INBOXES, WARDS, 'site: {timezone: "+09:00"}'],
    '3: site.timezone: Unknown time zone +09:00.',
  ],
  [
    'a language without translations',
    [INBOXES, WARDS, 'site: {language: kr}'],
    '3: site.language: Invalid option: expected one of "ko"|"en"',
  ],
  [
    'a ward that matches a folder which is no inbox',
    ['inboxes: [{path: /srv/hip}]', 'wards:', '  - {id: w3, name: A, match: {inboxes: [/srv/hips]}}'],
    '3: wards[0].match.inboxes[0]: There is no inbox /srv/hips: did you mean /srv/hip?',
  ],
  [
    'a ward whose match has no list and therefore gets no alert',
    [INBOXES, 'wards: [{id: w3, name: A, match: {}}]'],
    '2: wards[0].match: Without any list it matches nothing: add one, or remove match.',
  ],
  [
    'a ward whose match has an empty list',
    [INBOXES, 'wards: [{id: w3, name: A, match: {stations: []}}]'],
    '2: wards[0].match.stations: An empty list matches nothing: list at least one, or remove the key.',
  ],
  [
    'an inbox of an unknown ward',
    ['inboxes: [{path: /srv/a, ward: w33}]', WARDS],
    '1: inboxes[0].ward: There is no ward w33: did you mean w3?',
  ],
  [
    'an escalation to an unknown ward',
    [INBOXES, WARDS, 'alerts: {escalation: {wards: [emergency]}}'],
    '3: alerts.escalation.wards[0]: There is no ward emergency.',
  ],
  [
    'a UNC path, with what to do',
    ['inboxes: [{path: \\\\nas\\xray}]', WARDS],
    '1: inboxes[0].path: This is an address on the network. Mount it on this machine, and use its mount point',
  ],
  [
    'a share with slashes',
    ['inboxes: [{path: //nas/xray}]', WARDS],
    '1: inboxes[0].path: This is an address on the network. Mount it',
  ],
  [
    'an NFS export',
    ['inboxes: [{path: "nas:/export"}]', WARDS],
    '1: inboxes[0].path: This is an address on the network. Mount it',
  ],
  [
    'a path of Windows',
    ["inboxes: [{path: 'C:\\export'}]", WARDS],
    '1: inboxes[0].path: This is a path of Windows. Mount the folder on this machine',
  ],
  [
    'a relative inbox',
    ['inboxes: [{path: export}]', WARDS],
    '1: inboxes[0].path: Use an absolute path: it starts with /.',
  ],
  [
    'a relative database',
    [INBOXES, WARDS, 'store: {path: bonewatch.db}'],
    '3: store.path: Use an absolute path: it starts with /.',
  ],
  [
    'a home folder',
    [INBOXES, WARDS, 'models: {directory: ~/models}'],
    '3: models.directory: Use an absolute path: ~ is not expanded.',
  ],
  [
    'a relative certificate',
    [INBOXES, WARDS, 'broker: {url: "mqtts://broker:8883", tls: {ca: ca.pem}}'],
    '3: broker.tls.ca: Use an absolute path: it starts with /.',
  ],
  [
    'the same inbox twice, once with a slash',
    ['inboxes:', '  - path: /srv/a', '  - path: /srv//b/../a/', WARDS],
    '3: inboxes[1].path: This folder is listed twice: it is inboxes[0] too.',
  ],
  [
    'an inbox inside another',
    ['inboxes: [{path: /srv/a}, {path: /srv/a/b}]', WARDS],
    '1: inboxes[1].path: This folder is inside another inbox, inboxes[0].',
  ],
  [
    'the database inside an inbox',
    [INBOXES, WARDS, 'store: {path: /srv/a/bonewatch.db}'],
    '3: store.path: This is inside inboxes[0], where every file counts as an image.',
  ],
  [
    'the nightly copy inside an inbox',
    [INBOXES, WARDS, 'store: {backup: /srv/a/copy.db}'],
    '3: store.backup: This is inside inboxes[0]',
  ],
  [
    'an inbox inside the picture cache',
    ['inboxes: [{path: /data/pictures/export}]', WARDS, 'store: {path: /data/bonewatch.db}'],
    '1: inboxes[0].path: Bonewatch creates and removes its own files in /data/pictures.',
  ],
  [
    'a nightly copy in place of the database',
    [INBOXES, WARDS, 'store: {path: /data/b.db, backup: /data//b.db}'],
    '3: store.backup: This is the database itself: name another file.',
  ],
  [
    'a database path that ends like a folder',
    [INBOXES, WARDS, 'store: {path: /var/lib/bonewatch/}'],
    '3: store.path: This is a folder: add the name of the file.',
  ],
  [
    'the same port twice',
    [INBOXES, WARDS, 'health: {listen: "127.0.0.1:8470"}'],
    'screens.listen: Port 8470 is that of health.listen: choose another one.',
  ],
  [
    'the port of the pages as the broker',
    [INBOXES, WARDS, 'broker: {url: "mqtt://localhost:8470"}'],
    '3: broker.url: Port 8470 of this machine is screens.listen: name the port of the broker.',
  ],
  [
    'a port that does not exist',
    [INBOXES, WARDS, 'health: {listen: "127.0.0.1:84710"}'],
    '3: health.listen: A port is at most 65535.',
  ],
  [
    'certificates for a connection that is not encrypted',
    [INBOXES, WARDS, 'broker: {url: "mqtt://b:1883", tls: {ca: /etc/ca.pem}}'],
    '3: broker.tls: It has no effect: mqtt://b:1883 is not encrypted.',
  ],
  [
    'a WebSocket that an encrypted page may not open',
    [INBOXES, WARDS, 'broker: {websocketUrl: "ws://b:9001"}', 'screens: {tls: {}}'],
    '3: broker.websocketUrl: The pages are encrypted (screens.tls), so browsers accept wss:// only.',
  ],
  [
    'one badge of two people',
    [INBOXES, 'wards: [{id: w3, name: A, staff: [{name: A, badge: "1234"}, {name: B, badge: "1234"}]}]'],
    '2: wards[0].staff[1].badge: This badge belongs to A already.',
  ],
  [
    'a model that is listed twice',
    [INBOXES, WARDS, 'models: {active: [fracture-default, fracture-default]}'],
    '3: models.active[1]: Model fracture-default is listed twice.',
  ],
  [
    'a modality in small letters, which no image has',
    [INBOXES, WARDS, 'scope: {modalities: [dx]}'],
    '3: scope.modalities[0]: Use the code of DICOM in capital letters',
  ],
  [
    'a number as the name of a ward',
    [INBOXES, 'wards: [{id: w3, name: 301}]'],
    '2: wards[0].name: Invalid input: expected string, received number. Put it in quotes.',
  ],
  ['a key that is set twice', [INBOXES, WARDS, WARDS], '3: This key is set twice.'],
  ['an alias without its anchor', [INBOXES, 'wards: *wards'], 'Unresolved alias'],
  [
    'a misspelt section, with the one that was meant',
    [INBOXES, WARDS, 'screnes: {}'],
    '3: screnes: Unknown key screnes: did you mean screens?',
  ],
  [
    'a misspelt key in a list',
    [INBOXES, 'wards: [{id: w3, name: A, staff: [{name: A, bagde: "1234"}]}]'],
    '2: wards[0].staff[0].bagde: Unknown key bagde: did you mean badge?',
  ],
  [
    'a key in the wrong section',
    [INBOXES, WARDS, 'timezone: Asia/Seoul'],
    '3: timezone: Unknown key timezone: did you mean site.timezone?',
  ],
];

describe('bonewatch config check', { timeout: 60_000 }, () => {
  it.each(FAULTS)('config check and run refuse %s, with exit status 78', async (_, lines, fault) => {
    const file = await aConfig(...lines);

    const [checked, started] = await Promise.all([
      runBonewatch(['config', 'check', file]),
      runBonewatch(['run', '--config', file]),
    ]);

    expect(checked.status).toBe(78);
    expect(checked.stdout).toContain(fault);
    expect(checked.stdout.trim().split('\n')).toHaveLength(1);
    expect(started.status).toBe(78);
    expect(started.stderr).toContain(checked.stdout.trim());
  });

  it('config check reports faults of single keys and of their references in one run, by line', async () => {
    const file = await aConfig(
      'inboxes:',
      '  - {path: /srv/a, ward: w4, colour: red}',
      'wards:',
      '  - {id: w3, name: 3병동, match: {inboxes: [/srv/b]}}',
      '  - {id: Ward, name: 4병동}',
      'store: {path: /srv/a/bonewatch.db, retention: {otherDays: 0}}',
      'alerts: {suspected: 2, escalation: {wards: [er]}}',
    );

    const { status, stdout } = await runBonewatch(['config', 'check', file]);

    const places = stdout
      .trim()
      .split('\n')
      .map((line) => line.slice(file.length + 1).split(': ', 2));
    expect(status).toBe(78);
    expect(places).toEqual([
      ['2', 'inboxes[0].colour'],
      ['2', 'inboxes[0].ward'],
      ['4', 'wards[0].match.inboxes[0]'],
      ['5', 'wards[1].id'],
      ['6', 'store.retention.otherDays'],
      ['6', 'store.path'],
      ['7', 'alerts.suspected'],
      ['7', 'alerts.escalation.wards[0]'],
    ]);
  });

  it('config check and run refuse a file in the encoding of another system, whose names no screen could show', async () => {
    const file = await aConfig(INBOXES, 'wards:', '  - id: w3');
    // "3병동" as editors of Windows save it.
    await appendFile(
      file,
      Buffer.from([0x20, 0x20, 0x20, 0x20, ...Buffer.from('name: 3'), 0xba, 0xb4, 0xb5, 0xbf]),
    );

    const checked = await runBonewatch(['config', 'check', file]);
    const started = await runBonewatch(['run', '--config', file]);

    expect(checked).toMatchObject({
      status: 78,
      stdout: `${file}:4: The file is not in UTF-8: save it in this encoding.\n`,
    });
    expect(started.status).toBe(78);
    expect(started.stderr).toContain('The file is not in UTF-8');
  });

  it('a key that is invalid does not cause a second fault where it is compared', async () => {
    const file = await aConfig(
      INBOXES,
      WARDS,
      'screens: {listen: "0.0.0.0:8470", tls: {cert: /etc/cert.pem, key: ./key.pem}}',
    );

    const { stdout } = await runBonewatch(['config', 'check', file]);

    expect(stdout.trim().split('\n')).toHaveLength(1);
    expect(stdout).toContain('screens.tls.key: Use an absolute path');
  });
});
