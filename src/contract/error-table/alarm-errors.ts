import type { ErrorEntry } from './error-entry.ts';

/** A row that raises a technical alarm. */
type AlarmEntry = ErrorEntry & Required<Pick<ErrorEntry, 'alarm'>>;

/**
 * The errors that raise a technical alarm. A new alarm needs a row here and its two sentences in `web/i18n/codes/`
 * (the types require them). The ward page imports these rows alone.
 */
export const ALARM_ERRORS = {
  INBOX_UNREACHABLE: {
    meaning: 'The export folder cannot be listed.',
    retry: 'later',
    hint: 'Check that the folder is mounted and that the service may read it.',
    alarm: {
      about: 'inbox',
      wardEffect: 'partly',
      degrades: true,
      raisedBy: 'each-source',
      priority: 'error',
    },
  },
  INBOX_EVENTS_LOST: {
    meaning: 'File-change events stopped for an export folder; it is polled instead.',
    retry: 'later',
    hint: 'No image is missed, but images take a second longer. If this lasts, raise fs.inotify.max_user_watches, or set inboxes[].mode to poll.',
    alarm: { about: 'inbox', wardEffect: 'slow', degrades: true, raisedBy: 'each-source', priority: 'warn' },
  },
  STORE_FAILED: {
    meaning: 'The database cannot be opened or written.',
    retry: 'later',
    hint: 'Check free space and permissions of store.path.',
    alarm: {
      about: 'store',
      wardEffect: 'stopped',
      degrades: true,
      raisedBy: 'each-source',
      priority: 'error',
    },
  },
  STORE_REPLACED: {
    meaning: 'The database was corrupt. It was set aside and replaced from the last backup and the inbox.',
    retry: 'never',
    hint: 'Check the wards for alerts of that day. Send the corrupt copy next to store.path to support, then move it away to clear the alarm.',
    alarm: { about: 'store', wardEffect: 'none', degrades: true, raisedBy: 'device', priority: 'error' },
  },
  DISK_LOW: {
    meaning: 'The disk of the database is almost full.',
    retry: 'later',
    hint: 'Free disk space: see store.disk and store.retention.',
    alarm: { about: 'disk', wardEffect: 'none', degrades: true, raisedBy: 'device', priority: 'warn' },
  },
  DISK_FULL: {
    meaning: 'Disk full: intake paused.',
    retry: 'later',
    hint: 'Free disk space. Images wait in the export folder, and intake resumes automatically once there is space.',
    alarm: { about: 'disk', wardEffect: 'stopped', degrades: true, raisedBy: 'device', priority: 'error' },
  },
  BOARD_HOT: {
    meaning: 'The board is close to thermal throttling.',
    retry: 'later',
    hint: 'Clean the fan and the vents, and improve the airflow. The limit is health.board.hotBelowSlowingCelsius.',
    alarm: { about: 'board', wardEffect: 'none', degrades: false, raisedBy: 'device', priority: 'warn' },
  },
  BOARD_SLOWED: {
    meaning: 'The board is throttled by heat: images are analysed more slowly.',
    retry: 'later',
    hint: 'Clean the fan and the vents, improve the airflow, or choose a power mode with fewer watts: sudo nvpmodel -m NUMBER.',
    alarm: { about: 'board', wardEffect: 'slow', degrades: true, raisedBy: 'device', priority: 'warn' },
  },
  BOARD_OVER_CURRENT: {
    meaning: 'The board draws more current than its supply or its power mode allows, and throttles briefly.',
    retry: 'later',
    hint: 'Use the supply that came with the board, or choose a power mode with fewer watts: sudo nvpmodel -m NUMBER.',
    alarm: { about: 'board', wardEffect: 'none', degrades: true, raisedBy: 'device', priority: 'warn' },
  },
  MEMORY_LOW: {
    meaning: 'The machine is short of memory.',
    retry: 'later',
    hint: 'Stop other programs, including the desktop. Lower models.engines.workspaceMegabytes while an engine is built.',
    alarm: { about: 'board', wardEffect: 'none', degrades: true, raisedBy: 'device', priority: 'warn' },
  },
  ANALYSIS_STOPPED: {
    meaning: 'No execution provider works: images are not analysed.',
    retry: 'later',
    hint: 'Bonewatch retries automatically, and images wait. See bonewatch doctor and the journal; restart the service if this lasts.',
    alarm: { about: 'models', wardEffect: 'stopped', degrades: true, raisedBy: 'device', priority: 'error' },
  },
  EXECUTION_PROVIDER_UNAVAILABLE: {
    meaning: 'The execution provider cannot be used on this machine.',
    retry: 'later',
    hint: 'Run bonewatch doctor. The next provider in models.executionProviders is used meanwhile.',
    alarm: { about: 'models', wardEffect: 'slow', degrades: true, raisedBy: 'device', priority: 'warn' },
    providerFault: 'missing',
  },
  BROKER_UNREACHABLE: {
    meaning: 'The MQTT broker does not answer.',
    retry: 'later',
    hint: 'Alerts wait in the outbox. Check that the broker is running and that broker.url is right.',
    alarm: {
      about: 'connection',
      wardEffect: 'none',
      degrades: false,
      raisedBy: 'device',
      priority: 'error',
    },
  },
  BROKER_UNTRUSTED: {
    meaning: 'The encrypted connection to the MQTT broker failed because one side does not trust the other.',
    retry: 'later',
    hint: 'Check broker.tls: the authority that signed the certificate of the broker, own certificate and key, and the clock.',
    alarm: {
      about: 'connection',
      wardEffect: 'none',
      degrades: false,
      raisedBy: 'device',
      priority: 'error',
    },
  },
  BROKER_SESSION_TAKEN: {
    meaning: 'Another program connected to the MQTT broker with the client id of this device.',
    retry: 'later',
    hint: 'Give every device its own device.id, and run only one instance of the service.',
    alarm: {
      about: 'connection',
      wardEffect: 'none',
      degrades: false,
      raisedBy: 'device',
      priority: 'error',
    },
  },
  BROKER_LOGIN_REFUSED: {
    meaning: 'The MQTT broker rejected the user name, password or client id of this device.',
    retry: 'later',
    hint: 'Check broker.username and broker.passwordFile against the broker. Alerts wait in the outbox.',
    alarm: {
      about: 'connection',
      wardEffect: 'none',
      degrades: false,
      raisedBy: 'device',
      priority: 'error',
    },
  },
  BROKER_FORBIDDEN: {
    meaning: 'The access rules of the MQTT broker forbid a topic that this device must write or read.',
    retry: 'later',
    hint: 'Let this user read and write bonewatch/v1/<site>/#. bonewatch doctor lists the topics. Messages wait in the outbox.',
    alarm: { about: 'message', wardEffect: 'none', degrades: false, raisedBy: 'device', priority: 'error' },
  },
  BROKER_QUOTA: {
    meaning: 'The quota of this device at the MQTT broker is exceeded.',
    retry: 'later',
    hint: 'Raise the quota of the broker or free its disk. Messages wait in the outbox.',
    alarm: { about: 'message', wardEffect: 'none', degrades: false, raisedBy: 'device', priority: 'error' },
  },
  BROKER_MESSAGE_TOO_LARGE: {
    meaning: 'A message is larger than the MQTT broker accepts.',
    retry: 'later',
    hint: 'Raise max_packet_size or message_size_limit of the broker; 1 MB is enough. The message waits in the outbox.',
    alarm: { about: 'message', wardEffect: 'none', degrades: false, raisedBy: 'device', priority: 'error' },
  },
  BROKER_REFUSED: {
    meaning: 'The MQTT broker rejected the connection or a message for another reason.',
    retry: 'later',
    hint: 'See the log of the broker. Alerts wait in the outbox.',
    alarm: { about: 'message', wardEffect: 'none', degrades: false, raisedBy: 'device', priority: 'error' },
  },
  WARD_NOT_WATCHED: {
    meaning: 'A ward has an open alert that no connected display shows.',
    retry: 'later',
    hint: 'Switch on the display of the ward, or reload its page, and telephone the ward. Further wards: alerts.escalation.wards.',
    alarm: { about: 'ward', wardEffect: 'none', degrades: false, raisedBy: 'device', priority: 'error' },
  },
} as const satisfies Record<string, AlarmEntry>;
