/**
 * Who may import whom, as positive lists: what no list names is forbidden, so a new folder, file or package is
 * forbidden until somebody adds it here with a reason.
 *
 * `value`: folders whose code it may run. `type`: folders whose types alone it may name (`import type`). Data moves
 * from left to right: watcher, radiograph, preprocess, inference, alerts, store, publish, integrations. A stage names
 * the types of what comes before it; calls between stages are made by analysis, daemon and cli.
 */
const FOLDERS = {
  contract: { reason: 'The vocabulary of everybody, so it depends on nobody.' },
  network: { reason: 'What clients of an HTTP port may occupy, shared by screens and health: a leaf.' },
  kernels: { reason: 'Compiled pixel loops, shared by radiograph and preprocess: a leaf.' },
  config: {
    value: ['contract'],
    reason: 'One schema; it names what it configures, never the code that runs it.',
  },
  watcher: { value: ['contract'], type: ['config'], reason: 'Nothing comes before it.' },
  radiograph: {
    value: ['contract', 'kernels'],
    type: ['config'],
    reason: 'A file becomes pixels without any knowledge of models, alerts or storage.',
  },
  preprocess: {
    value: ['contract', 'kernels'],
    type: ['config', 'radiograph'],
    reason: 'A picture becomes a model input without any knowledge of the engine that runs the model.',
  },
  inference: {
    value: ['contract'],
    type: ['config', 'radiograph', 'preprocess'],
    reason: 'A model input becomes findings; who asks for them is not its business.',
  },
  alerts: { value: ['contract'], type: ['config'], reason: 'Pure rules, tested by properties.' },
  store: {
    value: ['contract', 'network'],
    type: ['config', 'watcher', 'radiograph', 'preprocess', 'inference', 'alerts'],
    reason: 'It stores what the stages before it produce and starts none of them.',
  },
  publish: {
    value: ['contract', 'network'],
    type: ['config', 'alerts', 'store'],
    reason: 'It delivers outbox rows and returns commands; it decides nothing about an alert.',
  },
  integrations: {
    value: ['contract'],
    type: ['config', 'alerts', 'store', 'publish'],
    reason: 'The systems of the hospital are receivers of outbox rows, as the broker is.',
  },
  screens: {
    value: ['contract', 'network'],
    type: ['config', 'alerts', 'store', 'publish'],
    reason: 'HTTP reads and writes through interfaces that the daemon hands in.',
  },
  health: {
    value: ['contract', 'network'],
    type: ['config'],
    reason: 'It measures the board, not the stages.',
  },
  phantom: { value: ['contract'], reason: 'It draws test radiographs and needs nothing but shapes.' },
  evaluate: {
    value: ['contract'],
    type: ['config', 'radiograph', 'preprocess', 'inference', 'alerts'],
    reason: 'Figures are computed from results; the command runs the models.',
  },
  analysis: {
    value: ['contract', 'radiograph', 'preprocess', 'inference'],
    type: ['config'],
    reason: 'One file through radiograph, preprocess and inference, the same for every caller.',
  },
  web: {
    value: ['contract'],
    reason: 'Pages run in a browser and know the device only through the contract.',
  },
};

const STAGES = Object.keys(FOLDERS).filter((folder) => folder !== 'web');
FOLDERS.daemon = {
  value: STAGES,
  reason: 'The daemon composes everything but the command line and the pages.',
};
FOLDERS.cli = {
  value: [...STAGES, 'daemon'],
  reason: 'A command may start anything but a page, and nothing starts a command.',
};

/** Where each package may be imported: one file, or one folder. A package in no row may be imported nowhere. */
const PACKAGES = {
  '@fastify/helmet': 'src/screens/security-headers.ts',
  '@fastify/static': 'src/screens/',
  '@zxcvbn-ts/core': 'src/screens/access/check-password.ts',
  '@zxcvbn-ts/language-common': 'src/screens/access/check-password.ts',
  aedes: 'src/publish/broker/embedded-broker.ts',
  asn1js: 'src/screens/tls/make-certificate.ts',
  'better-sqlite3': 'src/store/database/',
  chokidar: 'src/watcher/events/watch-folder.ts',
  commander: 'src/cli/',
  cookie: 'src/screens/access/cookies.ts',
  'csv-parse': 'src/evaluate/datasets/parse-csv.ts',
  dcmjs: 'src/phantom/write-phantom-dicom.ts',
  'dcmjs-codecs': 'src/radiograph/pixels/native-codecs.ts',
  'dicom-parser': 'src/radiograph/',
  // The health port answers before there are any screens, and without their routes.
  fastify: ['src/screens/', 'src/health/serve-health.ts'],
  // A bounded queue is a data structure, needed wherever work is bounded.
  fastq: 'src/',
  // systemd's socket is a datagram socket, which Node has no other way to open.
  koffi: ['src/inference/native/native-library.ts', 'src/health/systemd/notify-socket.ts'],
  mqtt: 'src/publish/broker/open-session.ts',
  'mqtt-packet': 'src/publish/displays/guard-packets.ts',
  'onnxruntime-node': 'src/inference/stock-engine.ts',
  // The contract has the type alone.
  pino: ['src/contract/logger.ts', 'src/daemon/reporting/create-logger.ts'],
  pkijs: 'src/screens/tls/make-certificate.ts',
  preact: 'src/web/',
  'prom-client': 'src/health/',
  leven: 'src/config/nearest.ts',
  sharp: 'src/radiograph/pictures/raster-codec.ts',
  systeminformation: 'src/health/board/read-host.ts',
  ulid: ['src/daemon/', 'src/cli/commands/'],
  ws: 'src/publish/displays/',
  yaml: ['src/config/', 'src/cli/commands/config/'],
  // Whatever comes from outside is parsed by a schema where it comes in.
  zod: ['config', 'inference', 'evaluate', 'screens', 'publish', 'cli'].map((folder) => `src/${folder}/`),
};

/** Files that a process, a thread or a page starts with: everything else must be reachable from one of them. */
const ENTRIES = [
  'src/cli/cli.ts',
  'src/analysis/decode-worker.ts',
  'src/inference/process/inference-child.ts',
  'src/store/database/store-thread.ts',
  'src/web/(account/(sign-in|pair|account)|(ward|console|quality|system)/main).tsx',
  'src/web/ward/offline/ward-worker.ts',
  'src/web/plain/plain.css',
  // Compiled to WebAssembly ahead of time; src/kernels/compiled.ts holds the result.
  'src/kernels/assembly/index.ts',
];

/** Of the contract, what only the device can use: its log and its own package. */
const NODE_CONTRACT = '^src/contract/(logger|package-facts|file-source)\\.ts$';

const folderPattern = (folders) => `^src/(${folders.join('|')})/`;
const filePattern = (path) => `^${path.replaceAll('.', '\\.')}${path.endsWith('/') ? '' : '$'}`;
const filePatterns = (paths) => [paths].flat().map(filePattern);

const folderRules = Object.entries(FOLDERS).flatMap(([folder, { value = [], type = [], reason }]) => [
  {
    name: `${folder}-imports-only-listed-folders`,
    comment: reason,
    severity: 'error',
    from: { path: folderPattern([folder]) },
    to: { path: '^src/', pathNot: folderPattern([folder, ...value, ...type]) },
  },
  ...(type.length === 0
    ? []
    : [
        {
          name: `${folder}-imports-only-types`,
          comment: reason,
          severity: 'error',
          from: { path: folderPattern([folder]) },
          to: { path: folderPattern(type), dependencyTypesNot: ['type-only'] },
        },
      ]),
]);

const packageRules = Object.entries(PACKAGES).map(([name, places]) => ({
  name: `${name}-in-one-place`,
  comment: `${name} can be replaced, faked and found because one place imports it.`,
  severity: 'error',
  from: { path: '^src/', pathNot: filePatterns(places) },
  to: { path: `^node_modules/${name}/` },
}));

module.exports = {
  forbidden: [
    ...folderRules,
    ...packageRules,
    {
      name: 'only-listed-folders',
      comment: 'src/ holds folders, and each of them stands in the table above with what it may import.',
      severity: 'error',
      from: { path: '^src/', pathNot: folderPattern(Object.keys(FOLDERS)) },
      to: {},
    },
    {
      name: 'only-listed-packages',
      comment: 'A package that no row names is imported nowhere.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^node_modules/', pathNot: `^node_modules/(${Object.keys(PACKAGES).join('|')})/` },
    },
    {
      name: 'product-imports-only-itself',
      comment: 'What ships stands without tests, docs, training and deploy.',
      severity: 'error',
      from: { path: '^src/' },
      to: { pathNot: '^(src|node_modules)/', dependencyTypesNot: ['core'] },
    },
    {
      name: 'only-what-exists',
      comment: 'An import that leads nowhere escapes every other rule.',
      severity: 'error',
      from: { path: '^src/' },
      to: { couldNotResolve: true },
    },
    {
      name: 'alerts-are-pure',
      comment: 'Alert rules know no clock, no disk and no network.',
      severity: 'error',
      from: { path: '^src/alerts/' },
      to: { dependencyTypes: ['core', 'npm'], pathNot: ['^(node:)?util$'] },
    },
    {
      name: 'contract-needs-no-node',
      comment: 'Pages import the contract, and a browser has no Node modules.',
      severity: 'error',
      from: { path: '^src/contract/', pathNot: NODE_CONTRACT },
      to: { dependencyTypes: ['core', 'npm'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'pages-need-no-node',
      comment: 'A browser has no Node modules.',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { path: NODE_CONTRACT },
    },
    {
      name: 'pages-need-no-node',
      comment: 'A browser has no Node modules.',
      severity: 'error',
      from: { path: '^src/web/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other, if only for a type, are one file or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-unreachable-files',
      comment: 'A file that no entry leads to is dead.',
      severity: 'error',
      from: { path: ENTRIES.map(filePattern) },
      to: { path: '^src/', pathNot: [...ENTRIES.map(filePattern), '\\.d\\.ts$'], reachable: false },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
