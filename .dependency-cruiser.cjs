/** The architecture as rules that run; each says why. */
const STAGES = 'watcher|radiograph|inference|store|alerts|publish|screens|health|phantom|evaluate|config';

/** Each driver has one door, so that it can be replaced, faked or found. */
const DOORS = {
  chokidar: 'src/watcher/[^/]+\\.ts',
  'onnxruntime-node': 'src/inference/stock-engine\\.ts',
  koffi: 'src/(health/systemd/notify-socket|inference/native/native-library)\\.ts',
  'better-sqlite3': 'src/store/.+\\.ts',
  sharp: 'src/radiograph/pictures/raster-codec\\.ts',
  'mqtt-packet': 'src/publish/displays/guard-packets\\.ts',
  cookie: 'src/screens/access/cookies\\.ts',
  aedes: 'src/publish/broker/embedded-broker\\.ts',
  'dcmjs-codecs': 'src/radiograph/.+\\.ts',
};

module.exports = {
  forbidden: [
    {
      name: 'stages-name-but-never-call-each-other',
      comment:
        'A stage may import the types another hands it; calls happen in the composition (src/*.ts, commands).',
      severity: 'error',
      from: { path: `^src/(${STAGES})/` },
      to: {
        path: `^src/(${STAGES})/`,
        pathNot: ['^src/$1/', '^src/radiograph/radiograph\\.ts$'],
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'data-moves-left-to-right',
      comment:
        'watcher → radiograph → inference → store → publish: nothing upstream knows what comes after it.',
      severity: 'error',
      from: { path: '^src/(watcher|radiograph)/' },
      to: { path: '^src/(inference|store|alerts|publish|screens|health|evaluate|commands)/' },
    },
    {
      name: 'stages-do-not-know-their-composition',
      comment: 'main, pipeline and commands wire stages; a stage that imports them is wired to itself.',
      severity: 'error',
      from: { path: `^src/(${STAGES})/` },
      to: {
        path: '^src/(main|pipeline|cli|analyze-file|decode-worker)\\.ts$|^src/commands/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'alerts-are-pure',
      comment: 'Alert rules are tested by properties: no clock, no disk, no network.',
      severity: 'error',
      from: { path: '^src/alerts/' },
      to: { dependencyTypes: ['core', 'npm'], pathNot: ['^(node:)?util$'] },
    },
    {
      name: 'no-circles',
      comment: 'Two files that need each other are one file.',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'product-does-not-import-tests',
      comment: 'What ships stands without its tests.',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^test/' },
    },
    ...Object.entries(DOORS).map(([driver, door]) => ({
      name: `one-door-to-${driver}`,
      comment: `${driver} is imported from one place only.`,
      severity: 'error',
      from: { path: '^src/', pathNot: `^${door}$` },
      to: { path: `^node_modules/${driver}/` },
    })),
    {
      name: 'one-door-to-mqtt',
      comment: 'The daemon speaks MQTT in one file, the pages in another.',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/publish/broker/open-session\\.ts$|^src/web/' },
      to: { path: '^node_modules/mqtt/' },
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
