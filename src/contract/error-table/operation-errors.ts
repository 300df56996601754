import type { ErrorEntry } from './error-entry.ts';

/** Errors that stop a start, a command, a request or an execution provider. */
export const OPERATION_ERRORS = {
  NOT_READY: {
    meaning: 'A part of the service is still starting.',
    retry: 'later',
    hint: 'Try again in a minute. /health and the system page show what is still starting.',
    http: 503,
  },
  EXECUTION_PROVIDER_FAILED: {
    meaning: 'The execution provider is available, but could not load the model.',
    retry: 'later',
    hint: 'The accelerator may be short of memory or hang. Another provider is used meanwhile, and this one is retried.',
    providerFault: 'load',
  },
  GPU_UNREACHABLE: {
    meaning: 'The libraries of the execution provider load, but the GPU does not respond.',
    retry: 'later',
    hint: 'The GPU may respond some time after boot, and is retried. If this lasts, check that the service account is in the groups video and render, and that the driver is loaded.',
    providerFault: 'load',
  },
  EXECUTION_PROVIDER_MISMATCH: {
    meaning: "The results of the execution provider differ from the CPU's for the same image.",
    retry: 'later',
    hint: 'It is not used. The next provider in models.executionProviders is used instead; run bonewatch doctor.',
    providerFault: 'wrong',
  },
  RUNTIME_LIBRARY_UNUSABLE: {
    meaning: 'The libonnxruntime.so.1 set in models.runtimeLibrary cannot be used.',
    retry: 'later',
    hint: 'The bundled ONNX Runtime is used on the CPU meanwhile. Import it again, built for this machine and its JetPack; the libraries of its providers must be in the same folder.',
    providerFault: 'missing',
  },
  ENGINE_BUILD_FAILED: {
    meaning: 'TensorRT could not build an engine for the model.',
    retry: 'later',
    hint: 'Run bonewatch model warm to see why. The usual reason is too little memory: stop other programs.',
    providerFault: 'build',
  },
  ENGINE_CACHE_DAMAGED: {
    meaning: 'Stored TensorRT engines are corrupt, or were built for another model or version.',
    retry: 'later',
    hint: 'They are set aside and rebuilt automatically. If this recurs, check the disk.',
    providerFault: 'engine',
  },
  MODEL_INVALID: {
    meaning: 'The model or its manifest cannot be used.',
    retry: 'never',
    hint: 'Compare the folder with docs/model-manifest.md; install the model again.',
  },
  MODEL_HASH_MISMATCH: {
    meaning: 'The hash of the model file differs from its manifest.',
    retry: 'never',
    hint: 'Install the model again. A Git LFS pointer instead of the weights gives the same error.',
  },
  MODEL_NOT_VALIDATED: {
    meaning: 'The model is quantised, and was not validated against the model that it was made from.',
    retry: 'never',
    hint: 'Run bonewatch model gate (docs/int8.md), or use the model that it was made from.',
    providerFault: 'missing',
  },
  MESSAGE_INVALID: {
    meaning: 'A message from a display was invalid and was dropped.',
    retry: 'never',
    hint: 'See docs/mqtt.md. If a ward display sent it, reload its page.',
  },
  COMMAND_REFUSED: {
    meaning: 'The command is not possible in the present state of the alert.',
    retry: 'never',
    hint: 'The alert is closed, unknown, not acknowledged yet, or has a newer revision than the person saw. See bonewatch alerts list.',
  },
  STORE_IN_USE: {
    meaning: 'Another Bonewatch process uses this database.',
    retry: 'later',
    hint: 'Run only one instance of the service. Stop it (systemctl stop bonewatch) before a restore.',
  },
  STORE_DAMAGED: {
    meaning: 'The database is corrupt.',
    retry: 'later',
    hint: 'Restart the service: it sets the database aside and creates a new one. Check the disk.',
  },
  CONFIG_INVALID: {
    meaning: 'The configuration is invalid.',
    retry: 'never',
    hint: 'Run bonewatch config check FILE.',
    exit: 78,
  },
  DATASET_INVALID: {
    meaning: 'The labelled images, or the list that splits them, are not in the expected format.',
    retry: 'never',
    hint: 'See docs/evaluation.md for the formats; choose one with --format.',
  },
  PATH_NOT_FOUND: {
    meaning: 'A path given on the command line does not exist.',
    retry: 'never',
    hint: 'Check the spelling.',
  },
  PORT_IN_USE: {
    meaning: 'The address to listen on is in use or not permitted.',
    retry: 'later',
    hint: 'Choose another port, or stop the program that uses it.',
  },
  USER_INVALID: {
    meaning: 'The user cannot be created or changed.',
    retry: 'never',
    hint: 'A name has up to 60 letters, digits and blanks, a password at least 10 characters that are not common and do not contain the name: four unrelated words are a good one. bonewatch user list shows the users.',
  },
  DISPLAY_UNKNOWN: {
    meaning: 'The display does not exist, or its pairing code has expired.',
    retry: 'never',
    hint: 'A code is valid for ten minutes: use the one that is on the screen now. bonewatch display list shows the paired displays.',
  },
  SCREENS_UNPROTECTED: {
    meaning:
      'The pages would be open to the network: without encryption, or without any user who can sign in.',
    retry: 'never',
    hint: 'Set screens.tls ({} makes a certificate), and add the first user: bonewatch user add NAME --role admin --config FILE.',
    exit: 78,
  },
  TLS_INVALID: {
    meaning: 'The certificate or the key of the pages cannot be used.',
    retry: 'never',
    hint: 'Both must be PEM files that the service can read, and belong together: see screens.tls in docs/access.md.',
    exit: 78,
  },
  SYSTEMD_UNREACHABLE: {
    meaning: 'systemd asks for notifications, but its socket cannot be used.',
    retry: 'later',
    hint: 'Start the service through systemctl. Do not set NOTIFY_SOCKET by hand.',
  },
} as const satisfies Record<string, ErrorEntry>;
