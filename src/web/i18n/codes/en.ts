import type { CodeWords } from './codes.ts';

const ASK = 'Request a reading as usual.';
const ADMIN = 'Contact the administrator if this recurs.';

/** Each problem, and what it means for the images and for the reader, in English. */
export const en: CodeWords = {
  otherReason: { short: 'unknown reason', long: ASK },
  alarms: {
    INBOX_UNREACHABLE: {
      short: 'Export folder unreachable',
      long: 'New images are not analysed. Check the network and the share.',
    },
    INBOX_EVENTS_LOST: {
      short: 'No file events from the export folder',
      long: 'It is polled instead. No image is missed; some arrive a little later.',
    },
    STORE_FAILED: {
      short: 'The database cannot be written',
      long: 'Results cannot be stored. Check the disk.',
    },
    STORE_LOCKED: {
      short: 'Another program has locked the database',
      long: 'New images wait until it ends. Call the wards and contact the administrator.',
    },
    STORE_DELETED: {
      short: 'The database file was deleted or replaced',
      long: 'The service still holds all data and writes the file back. Do not switch the device off. Contact the administrator now.',
    },
    STORE_WRITTEN_BACK: {
      short: 'The database file had been deleted and was written back',
      long: 'Nothing was lost. Contact the administrator.',
    },
    STORE_LOST: {
      short: 'The database was missing at the start',
      long: 'New images are analysed, but earlier results are missing. The administrator can restore the last copy.',
    },
    STORE_COPY_RETAINED: {
      short: 'The database holds less than its last copy',
      long: 'That copy was retained. Contact the administrator.',
    },
    STORE_REPLACED: {
      short: 'A damaged database was set aside',
      long: 'The device runs on the backup or a new database. Contact the administrator.',
    },
    CLOCK_IMPLAUSIBLE: {
      short: 'The clock of the device is wrong',
      long: 'Do not rely on times and ages shown here. Alerts still arrive, and no record is deleted. Notify the administrator.',
    },
    DISK_LOW: { short: 'Disk almost full', long: 'Free up space soon.' },
    DISK_FULL: {
      short: 'Disk full',
      long: 'New images wait in the export folder. Free up space to resume.',
    },
    BOARD_HOT: {
      short: 'The device is close to thermal throttling',
      long: 'Analysis may soon slow down. Check fan and vents, and contact the administrator.',
    },
    BOARD_SLOWED: {
      short: 'The device is hot and throttled',
      long: 'Analysis takes longer; no image is missed. Check fan and vents, and contact the administrator.',
    },
    BOARD_OVER_CURRENT: {
      short: 'The device is short of power',
      long: 'It throttles briefly; no image is missed. Contact the administrator.',
    },
    MEMORY_LOW: {
      short: 'Memory low',
      long: 'Analysis may slow down or be interrupted. Contact the administrator.',
    },
    ANALYSIS_STOPPED: {
      short: 'Analysis has stopped',
      long: 'The model is not running; new images wait and are not analysed. Call the wards and the administrator.',
    },
    EXECUTION_PROVIDER_UNAVAILABLE: {
      short: 'Analysis is slower than usual',
      long: 'The accelerator is unavailable; the CPU is used instead. No image is missed.',
    },
    BROKER_UNREACHABLE: {
      short: 'Broker unreachable',
      long: 'Alerts wait and do not reach the wards. Inform the wards by phone.',
    },
    BROKER_UNTRUSTED: {
      short: 'The broker is not trusted',
      long: 'Its certificate could not be verified. Contact the administrator.',
    },
    BROKER_SESSION_TAKEN: {
      short: 'Another device uses the same name',
      long: 'Two devices have the same device.id. Contact the administrator.',
    },
    BROKER_LOGIN_REFUSED: { short: 'The broker rejected the login', long: 'Check user name and password.' },
    BROKER_FORBIDDEN: {
      short: 'The broker denies access',
      long: 'Check its access rules; alerts wait.',
    },
    BROKER_QUOTA: {
      short: 'The broker reports an exceeded quota',
      long: 'Alerts wait. Check the quotas of the broker.',
    },
    BROKER_MESSAGE_TOO_LARGE: {
      short: 'A message is too large for the broker',
      long: 'Check its size limit.',
    },
    BROKER_REFUSED: {
      short: 'The broker rejected a message',
      long: 'Alerts wait. Check the log of the broker.',
    },
    WARD_REMOVED: {
      short: 'A ward with open alerts was removed',
      long: 'Other wards show its alerts. Inform the ward by phone and notify the administrator.',
    },
    WARD_NOT_WATCHED: {
      short: 'A ward has no display to show its alerts',
      long: 'Inform the ward by phone; check the power and network of its display, and that its page is in front.',
    },
    DISPLAY_DUPLICATED: {
      short: 'Two displays use one identity',
      long: 'Both show their alerts. Disconnect that display, then connect both again.',
    },
  },
  image: {
    FILE_EMPTY: { short: 'empty file', long: 'The file has no content. Send it again.' },
    FILE_UNREADABLE: {
      short: 'file cannot be opened',
      long: 'The device has no permission to read it. Contact the administrator.',
    },
    FILE_NOT_REGULAR: {
      short: 'not a file but a link',
      long: 'Links in the export folder are not followed. Export the image itself.',
    },
    FILE_VANISHED: { short: 'file removed', long: 'It was removed before it was read. Send it again.' },
    FILE_TOO_OLD: {
      short: 'older than the installation',
      long: 'Files from before the configured day are not analysed.',
    },
    NOT_AN_IMAGE: { short: 'not an image', long: 'The file is neither DICOM, JPEG nor PNG.' },
    DICOM_TRUNCATED: {
      short: 'file incomplete',
      long: 'The transfer was cut short. Send it again from the modality.',
    },
    DICOM_INVALID: { short: 'invalid DICOM', long: 'Send it again from the modality.' },
    DICOM_NO_PIXELS: {
      short: 'DICOM without a picture',
      long: 'It may be a report or a setting. Send it again if it should have a picture.',
    },
    TRANSFER_SYNTAX_UNSUPPORTED: {
      short: 'compression not supported',
      long: 'Change the storage format of the modality, or contact the administrator.',
    },
    PIXELS_UNSUPPORTED: { short: 'picture format not supported', long: `${ASK} Contact the administrator.` },
    PIXELS_CORRUPT: { short: 'picture data damaged', long: 'Send it again from the modality.' },
    IMAGE_TOO_LARGE: { short: 'picture too large', long: `It exceeds the configured size. ${ASK}` },
    RASTER_TRUNCATED: { short: 'file incomplete', long: 'The transfer was cut short. Send it again.' },
    RASTER_INVALID: { short: 'picture file damaged', long: 'The file is invalid. Send it again.' },
    DECODE_TIMEOUT: { short: 'took too long to read', long: `${ASK} ${ADMIN}` },
    DECODER_UNAVAILABLE: {
      short: 'not read yet',
      long: 'The device is overloaded and tries again automatically. Contact the administrator if this lasts.',
    },
    DECODE_CRASHED: { short: 'error while reading', long: `${ASK} ${ADMIN}` },
    MODALITY_OUT_OF_SCOPE: {
      short: 'modality out of scope',
      long: `This device reads plain radiographs (CR, DX) only. ${ASK}`,
    },
    BODY_PART_OUT_OF_SCOPE: {
      short: 'body part out of scope',
      long: `The model was not trained on this body part. ${ASK}`,
    },
    AGE_OUT_OF_SCOPE: { short: 'age out of scope', long: `The model was not trained on this age. ${ASK}` },
    IMAGE_TOO_SMALL: {
      short: 'picture too small',
      long: 'It is too small to be analysed. Send it in its original size.',
    },
    IMAGE_BLANK: {
      short: 'blank picture',
      long: 'Nearly every pixel has the same grey. Check the exposure.',
    },
    IMAGE_SATURATED: {
      short: 'too bright or too dark',
      long: 'It is nearly all white or black. Check the exposure.',
    },
    IMAGE_FOR_PROCESSING: {
      short: 'unprocessed image',
      long: 'It is a raw image. Send the image for presentation.',
    },
    NOT_A_RADIOGRAPH: {
      short: 'not a radiograph',
      long: 'It shows a screen or a document. Send the radiograph.',
    },
    INFERENCE_TIMEOUT: { short: 'analysis took too long', long: `${ASK} ${ADMIN}` },
    INFERENCE_CRASHED: { short: 'error in the analysis', long: `It is retried automatically. ${ASK}` },
    INFERENCE_FAILED: { short: 'error in the analysis', long: `${ASK} ${ADMIN}` },
  },
};
