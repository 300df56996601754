import type { ConsoleWords } from './console-words.ts';

/** The alarms about the device, in English: what is wrong, and what it means for the images and for whoever reads it. */
export const alarms: ConsoleWords['alarms'] = {
  INBOX_UNREACHABLE: {
    short: 'Export folder unreachable',
    long: 'New images are not analysed. Check the network and the share.',
  },
  INBOX_EVENTS_LOST: {
    short: 'The export folder does not tell of new files',
    long: 'It is looked through instead; no image is missed, some come a little later.',
  },
  STORE_FAILED: { short: 'The record cannot be written', long: 'Results cannot be kept. Check the disk.' },
  STORE_REPLACED: {
    short: 'A damaged record was set aside',
    long: 'Work goes on with the backup or a new one. Tell the administrator.',
  },
  DISK_LOW: { short: 'Disk almost full', long: 'Make room soon.' },
  DISK_FULL: {
    short: 'Disk full',
    long: 'New images wait in the export folder. Make room and work goes on.',
  },
  BOARD_HOT: {
    short: 'The device is getting too hot',
    long: 'It may soon slow itself down. Check fan and vents, and tell the administrator.',
  },
  BOARD_SLOWED: {
    short: 'The device is hot and has slowed down',
    long: 'Analysis takes longer; no image is missed. Check fan and vents, and tell the administrator.',
  },
  BOARD_OVER_CURRENT: {
    short: 'The device is short of power',
    long: 'It brakes for moments; no image is missed. Tell the administrator.',
  },
  MEMORY_LOW: {
    short: 'Memory is short',
    long: 'Analysis may slow down or be interrupted. Tell the administrator.',
  },
  ANALYSIS_STOPPED: {
    short: 'Analysis has stopped',
    long: 'The model does not run; new images wait and are not analysed. Call the wards and the administrator.',
  },
  EXECUTION_PROVIDER_UNAVAILABLE: {
    short: 'Analysis is slower than usual',
    long: 'The accelerator is unavailable and the CPU serves; no image is missed.',
  },
  BROKER_UNREACHABLE: {
    short: 'Broker unreachable',
    long: 'Alerts wait and do not reach the wards. Tell the wards by phone.',
  },
  BROKER_UNTRUSTED: {
    short: 'The broker cannot be trusted',
    long: 'Its certificate does not fit. Tell the administrator.',
  },
  BROKER_SESSION_TAKEN: {
    short: 'Another device uses the same name',
    long: 'Two devices have the same device.id. Tell the administrator.',
  },
  BROKER_LOGIN_REFUSED: { short: 'The broker refused the login', long: 'Check user name and password.' },
  BROKER_FORBIDDEN: {
    short: 'The broker does not permit it',
    long: 'Check its access rules; alerts wait.',
  },
  BROKER_QUOTA: {
    short: 'The broker says a quota is exceeded',
    long: 'Alerts wait. Check the quotas of the broker.',
  },
  BROKER_MESSAGE_TOO_LARGE: {
    short: 'The broker finds a message too large',
    long: 'Check its size limit.',
  },
  BROKER_REFUSED: { short: 'The broker refused', long: 'Alerts wait. Check the log of the broker.' },
  WARD_NOT_WATCHED: {
    short: 'Nobody can see alerts of a ward',
    long: 'Tell the ward by phone; check the power and network of its display.',
  },
};
