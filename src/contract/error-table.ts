/** When to try again: `never` (the same input gives the same answer), `later` (the world may have changed). */
export type RetryPolicy = 'never' | 'later';

interface ErrorEntry {
  readonly meaning: string;
  readonly retry: RetryPolicy;
  readonly hint: string;
}

/** Every failure the daemon can name; logs, metrics, results and docs/errors.md are keyed by the code. */
export const ERROR_CODES = {
  FILE_EMPTY: {
    meaning: 'The file holds no bytes.',
    retry: 'later',
    hint: 'The sender may have failed half-way. Export the image again.',
  },
  FILE_UNREADABLE: {
    meaning: 'The file exists but cannot be opened or read.',
    retry: 'later',
    hint: 'Give the account of the service read permission on the inbox and its files.',
  },
  FILE_VANISHED: {
    meaning: 'The file was removed before it could be read.',
    retry: 'never',
    hint: 'Another program empties the export folder too early. Keep files there for at least a minute.',
  },
  FILE_TOO_OLD: {
    meaning: 'The file lay in the export folder before the time that inboxes[].ignoreBefore names.',
    retry: 'never',
    hint: 'Nothing to do. Leave inboxes[].ignoreBefore out to have old images analysed too.',
  },
  NOT_AN_IMAGE: {
    meaning: 'The content is neither DICOM, JPEG nor PNG.',
    retry: 'never',
    hint: 'Nothing to do if other files are exported to the same folder on purpose.',
  },
  DICOM_TRUNCATED: {
    meaning: 'The DICOM file ends before its last element does.',
    retry: 'later',
    hint: 'The sender may still be writing. Raise inboxes[].settleMs if this recurs.',
  },
  DICOM_INVALID: {
    meaning: 'The file says it is DICOM but its elements cannot be read.',
    retry: 'never',
    hint: 'Open it with dcmdump. If the modality wrote it, tell its vendor.',
  },
  DICOM_NO_PIXELS: {
    meaning: 'A DICOM object without an image, such as a report or a presentation state.',
    retry: 'never',
    hint: 'Nothing to do: only images are analysed.',
  },
  TRANSFER_SYNTAX_UNSUPPORTED: {
    meaning: 'The image is stored in a transfer syntax that is not read.',
    retry: 'never',
    hint: 'Set the modality to export uncompressed, JPEG lossless, JPEG-LS or JPEG 2000.',
  },
  PIXELS_UNSUPPORTED: {
    meaning: 'The pixel format (bits, samples, frames) is not one a radiograph is read from.',
    retry: 'never',
    hint: 'Export a single-frame image of 8 to 16 bits per sample.',
  },
  PIXELS_CORRUPT: {
    meaning: 'The pixel data does not decode, or decodes to another size than the header states.',
    retry: 'never',
    hint: 'Export the image again. If it recurs, keep the file for support.',
  },
  IMAGE_TOO_LARGE: {
    meaning: 'The image claims more pixels than are ever decoded.',
    retry: 'never',
    hint: 'The header is wrong, or the image is no radiograph. If it is one, raise scope.maxMegapixels.',
  },
  RASTER_TRUNCATED: {
    meaning: 'The JPEG or PNG ends before its picture does.',
    retry: 'later',
    hint: 'The sender may still be writing. Export the image again if this recurs.',
  },
  RASTER_INVALID: {
    meaning: 'The JPEG or PNG cannot be decoded.',
    retry: 'never',
    hint: 'Export the image again.',
  },
  DECODE_TIMEOUT: {
    meaning: 'Decoding took longer than its deadline and was stopped.',
    retry: 'never',
    hint: 'The file is probably damaged. Keep it for support.',
  },
  DECODE_CRASHED: {
    meaning: 'The decoder died on this file.',
    retry: 'never',
    hint: 'The file is probably damaged or needs more memory than a decode may use. Keep it for support.',
  },
  MODALITY_OUT_OF_SCOPE: {
    meaning: 'The modality is not one the configuration asks to analyse.',
    retry: 'never',
    hint: 'Add it to scope.modalities if it should be.',
  },
  BODY_PART_OUT_OF_SCOPE: {
    meaning: 'The body part is not one the configuration or the model covers.',
    retry: 'never',
    hint: 'Add it to scope.bodyParts if it should be, and check that the model covers it.',
  },
  AGE_OUT_OF_SCOPE: {
    meaning: 'The patient is younger than the configuration or the model allows.',
    retry: 'never',
    hint: 'See scope.minAgeYears.',
  },
  IMAGE_TOO_SMALL: {
    meaning: 'The picture is too small to be a radiograph.',
    retry: 'never',
    hint: 'Nothing to do for icons and thumbnails.',
  },
  IMAGE_BLANK: {
    meaning: 'The picture has one grey level only.',
    retry: 'never',
    hint: 'Check the exposure and the export.',
  },
  IMAGE_SATURATED: {
    meaning: 'Nearly every pixel of the picture is at one end of the grey scale.',
    retry: 'never',
    hint: 'Check the exposure and the window that the modality writes.',
  },
  PICTURE_WITHHELD: {
    meaning: 'The file says that text is burned into its pixels, so wards are not shown its picture.',
    retry: 'never',
    hint: 'Such text may name the patient (Burned In Annotation, 0028,0301). Where it does not, have the modality say NO.',
  },
  IMAGE_FOR_PROCESSING: {
    meaning: 'The image is raw detector data (FOR PROCESSING), which the configuration does not analyse.',
    retry: 'never',
    hint: 'Export the image FOR PRESENTATION, or set scope.forProcessing to render.',
  },
  NOT_A_RADIOGRAPH: {
    meaning:
      'The file says itself that its picture is no radiograph: a screen, a document, another modality.',
    retry: 'never',
    hint: 'Nothing to do if such pictures are exported to the same folder on purpose.',
  },
  INFERENCE_TIMEOUT: {
    meaning: 'The model did not answer within its deadline.',
    retry: 'later',
    hint: 'The accelerator may hang. See bonewatch doctor.',
  },
  INFERENCE_CRASHED: {
    meaning: 'The inference process died while it worked on this image.',
    retry: 'later',
    hint: 'See bonewatch doctor and the journal for the reason.',
  },
  INFERENCE_FAILED: {
    meaning: 'The model refused this input.',
    retry: 'later',
    hint: 'Check the model with bonewatch model verify.',
  },
  EXECUTION_PROVIDER_UNAVAILABLE: {
    meaning: 'The execution provider cannot be used on this machine.',
    retry: 'later',
    hint: 'See bonewatch doctor; the next provider in models.executionProviders serves meanwhile.',
  },
  ANALYSIS_STOPPED: {
    meaning: 'No execution provider serves: no image is analysed.',
    retry: 'later',
    hint: 'It is tried again by itself, and images wait. See bonewatch doctor and the journal; restart the service if it lasts.',
  },
  EXECUTION_PROVIDER_FAILED: {
    meaning: 'The execution provider is there, but could not load the model.',
    retry: 'later',
    hint: 'The accelerator may be short of memory or hang. Another provider serves meanwhile, and it is tried again.',
  },
  GPU_UNREACHABLE: {
    meaning: 'The libraries of the execution provider are there, but the GPU does not answer them.',
    retry: 'later',
    hint: 'Right after a start it may still come, and it is tried again. If it stays: does the account have the groups video and render, and does the driver run?',
  },
  EXECUTION_PROVIDER_WRONG: {
    meaning: 'The execution provider answers, but not what the CPU answers for the same picture.',
    retry: 'later',
    hint: 'It does not serve. The next provider in models.executionProviders does; see bonewatch doctor.',
  },
  RUNTIME_LIBRARY_UNUSABLE: {
    meaning: 'The libonnxruntime.so.1 that models.runtimeLibrary names cannot be used.',
    retry: 'later',
    hint: 'Import one for this machine and its JetPack again; it must lie beside its providers’ libraries.',
  },
  ENGINE_BUILD_FAILED: {
    meaning: 'TensorRT could not build an engine for the model.',
    retry: 'later',
    hint: 'Run bonewatch model warm to see why. Memory is the usual reason: close what else uses it.',
  },
  ENGINE_CACHE_DAMAGED: {
    meaning: 'Stored TensorRT engines are not what was written, or were made for another model or version.',
    retry: 'later',
    hint: 'They are set aside and built again by themselves. If it recurs, check the disk.',
  },
  MODEL_INVALID: {
    meaning: 'The model or its manifest cannot be used.',
    retry: 'never',
    hint: 'Compare the folder with docs/model-manifest.md; install the model again.',
  },
  MODEL_HASH_MISMATCH: {
    meaning: 'The model file is not the one its manifest describes.',
    retry: 'never',
    hint: 'Install the model again. A Git LFS pointer instead of the weights gives the same error.',
  },
  MODEL_NOT_GATED: {
    meaning: 'The model is quantised, and nothing shows that it is no worse than the model it was made from.',
    retry: 'never',
    hint: 'Run bonewatch model gate as docs/int8.md says, or serve the model that it was made from.',
  },
  BROKER_UNREACHABLE: {
    meaning: 'The MQTT broker does not answer.',
    retry: 'later',
    hint: 'Alerts wait in the outbox. Check that the broker is running and broker.url is right.',
  },
  BROKER_REFUSED: {
    meaning: 'The MQTT broker refused the connection or a message, for a reason of its own.',
    retry: 'later',
    hint: 'Look into the log of the broker. Alerts wait in the outbox.',
  },
  BROKER_LOGIN_REFUSED: {
    meaning: 'The MQTT broker does not let this device in: user name, password or client id.',
    retry: 'later',
    hint: 'Check broker.username and broker.passwordFile against the broker. Alerts wait in the outbox.',
  },
  BROKER_FORBIDDEN: {
    meaning: 'The access rules of the MQTT broker forbid a topic that this device must write or read.',
    retry: 'later',
    hint: 'Let this user read and write bonewatch/v1/<site>/#. bonewatch doctor names the topics. Messages wait in the outbox.',
  },
  BROKER_QUOTA: {
    meaning: 'The MQTT broker takes no more messages of this device: its quota is used up.',
    retry: 'later',
    hint: 'Raise the quota of the broker or free its disk. Messages wait in the outbox.',
  },
  BROKER_MESSAGE_TOO_LARGE: {
    meaning: 'A message is larger than the MQTT broker takes.',
    retry: 'later',
    hint: 'Raise max_packet_size or message_size_limit of the broker; 1 MB is plenty. The message waits in the outbox.',
  },
  BROKER_UNTRUSTED: {
    meaning: 'No encrypted connection to the MQTT broker that both sides trust.',
    retry: 'later',
    hint: 'Check broker.tls: the authority that signed the certificate of the broker, own certificate and key, the clock.',
  },
  BROKER_SESSION_TAKEN: {
    meaning: 'Another program connected to the MQTT broker under the name of this device.',
    retry: 'later',
    hint: 'Give every device its own device.id, and run the service once only.',
  },
  MESSAGE_INVALID: {
    meaning: 'A message from a display does not follow the contract and was dropped.',
    retry: 'never',
    hint: 'See docs/mqtt.md. If a ward display sent it, reload its page.',
  },
  COMMAND_REFUSED: {
    meaning: 'What somebody asked of an alert cannot be done in its present state.',
    retry: 'never',
    hint: 'The alert is closed, unknown, not acknowledged yet, or says more by now than the person saw; look at bonewatch alerts list.',
  },
  WARD_NOT_WATCHED: {
    meaning: 'A ward has an open alert that no living display has on its screen.',
    retry: 'later',
    hint: 'Switch the display of the ward on, or reload its page; tell the ward by telephone. Further wards: alerts.escalation.wards.',
  },
  INBOX_UNREACHABLE: {
    meaning: 'The export folder cannot be listed.',
    retry: 'later',
    hint: 'Check that the folder is mounted and that the service may read it.',
  },
  INBOX_EVENTS_LOST: {
    meaning:
      'The system does not tell any more of files that arrive in an export folder; it is listed all the time instead.',
    retry: 'later',
    hint: 'Nothing is missed, but images take a second longer. If it lasts: raise fs.inotify.max_user_watches, or set inboxes[].mode to poll.',
  },
  STORE_FAILED: {
    meaning: 'The database cannot be opened or written.',
    retry: 'later',
    hint: 'Check free space and permissions of store.path.',
  },
  STORE_IN_USE: {
    meaning: 'Another Bonewatch works on this database.',
    retry: 'later',
    hint: 'Run the service once only. Stop it (systemctl stop bonewatch) before a restore.',
  },
  STORE_REPLACED: {
    meaning:
      'The database was damaged. It was kept aside, and a new one was begun from the last backup and the inbox.',
    retry: 'never',
    hint: 'Look at the wards for alerts of that day. Keep the damaged copy beside store.path for support, then move it away: that ends the alarm.',
  },
  STORE_DAMAGED: {
    meaning: 'The database does not hold any more what was written into it.',
    retry: 'later',
    hint: 'The service keeps it aside at its next start and begins a new one. Check the disk.',
  },
  DISK_LOW: {
    meaning: 'The disk of the database is getting full.',
    retry: 'later',
    hint: 'Make room: see store.disk and store.retention.',
  },
  DISK_FULL: {
    meaning: 'The disk of the database is so full that no new image is taken in.',
    retry: 'later',
    hint: 'Make room. Images wait in the export folder, and are taken in by themselves once there is space.',
  },
  BOARD_HOT: {
    meaning: 'The board is nearly so hot that it slows itself down.',
    retry: 'later',
    hint: 'Clean the fan and the vents, give it air. The limit is health.board.hotBelowSlowingCelsius.',
  },
  BOARD_SLOWED: {
    meaning: 'The board is so hot that it has slowed itself down: images are analysed more slowly.',
    retry: 'later',
    hint: 'Clean the fan and the vents, give it air, or choose a power mode with fewer watts: sudo nvpmodel -m NUMBER.',
  },
  BOARD_OVER_CURRENT: {
    meaning: 'The board draws more current than its supply or its power mode allows, and brakes for moments.',
    retry: 'later',
    hint: 'Use the supply that came with the board, or choose a power mode with fewer watts: sudo nvpmodel -m NUMBER.',
  },
  MEMORY_LOW: {
    meaning: 'The memory of the machine is short.',
    retry: 'later',
    hint: 'Stop other programs, the desktop among them; lower models.engines.workspaceMegabytes while an engine is built.',
  },
  CONFIG_INVALID: {
    meaning: 'The configuration has faults.',
    retry: 'never',
    hint: 'Run bonewatch config check FILE.',
  },
  DATASET_INVALID: {
    meaning: 'The labelled images, or the list that splits them, do not follow the format they are read as.',
    retry: 'never',
    hint: 'See docs/evaluation.md for the formats; name one with --format.',
  },
  PATH_NOT_FOUND: {
    meaning: 'A path given on the command line does not exist.',
    retry: 'never',
    hint: 'Check the spelling.',
  },
  PORT_IN_USE: {
    meaning: 'The address to listen on is taken or not allowed.',
    retry: 'later',
    hint: 'Choose another port, or stop the program that uses it.',
  },
  USER_INVALID: {
    meaning: 'A user cannot be made or changed like that.',
    retry: 'never',
    hint: 'A name has up to 60 letters, digits and blanks, a password at least 10 characters without the name in it. bonewatch user list shows who there is.',
  },
  DISPLAY_UNKNOWN: {
    meaning: 'There is no such display, or the code it showed has run out.',
    retry: 'never',
    hint: 'A code lasts ten minutes: take the one that is on the screen now. bonewatch display list shows the paired ones.',
  },
  SCREENS_UNPROTECTED: {
    meaning:
      'The pages would be open to the network: without encryption, or without anybody who can sign in.',
    retry: 'never',
    hint: 'Set screens.tls ({} makes a certificate), and make the first user: bonewatch user add NAME --role admin --config FILE.',
  },
  TLS_INVALID: {
    meaning: 'The certificate or the key of the pages cannot be used.',
    retry: 'never',
    hint: 'Both are PEM files that the service can read, and belong together: see screens.tls in docs/access.md.',
  },
  SYSTEMD_UNREACHABLE: {
    meaning: 'systemd asks for notifications but its socket cannot be used.',
    retry: 'later',
    hint: 'Start the service through systemctl. NOTIFY_SOCKET must not be set by hand.',
  },
} as const satisfies Record<string, ErrorEntry>;

export type ErrorCode = keyof typeof ERROR_CODES;
