/** The architecture, as rules: data flows one way, and each outside library has one door. See ARCHITECTURE.md. */
const layer = (name, from, allowed) => ({
  name,
  severity: 'error',
  from: { path: from, pathNot: '\\.test\\.ts$' },
  to: { path: '^(hardware|models|liveness|config|kiosk|server|till|demo|eval|tools)/', pathNot: allowed },
});

/** Only `doors` may import the package. */
const door = (name, pattern, doors) => ({
  name: `one-door-for-${name}`,
  severity: 'error',
  from: { pathNot: [...doors, '\\.test\\.ts$'] },
  to: { path: `^node_modules/${pattern}/` },
});

const KIOSK = ['^kiosk/', '^server/contract/', '^hardware/', '^models/', '^liveness/', '^config/'];

module.exports = {
  forbidden: [
    layer('hardware-imports-nothing-of-ours', '^hardware/', '^hardware/'),
    layer('models-import-nothing-of-ours', '^models/', '^models/'),
    layer('config-imports-nothing-of-ours', '^config/', '^config/'),
    layer('liveness-is-pure', '^liveness/', ['^liveness/', '^models/(contract|keypoints)\\.ts$']),
    layer('server-knows-no-kiosk', '^server/', ['^server/', '^liveness/', '^models/', '^config/']),
    layer('kiosk-sees-only-the-contract-of-the-server', '^kiosk/(?!pages/till/)', KIOSK),
    // The till page is a till in a browser.
    layer('till-page-is-a-till', '^kiosk/pages/till/', [...KIOSK, '^till/']),
    // A till developer may copy it: the key agreement is the one thing that both sides run.
    layer('till-stands-alone', '^till/', ['^till/', '^kiosk/till/pake\\.ts$']),
    {
      name: 'server-does-not-know-the-sandbox',
      severity: 'error',
      from: { path: '^server/', pathNot: ['^server/authorities/sandbox/', '\\.test\\.ts$'] },
      to: { path: '^server/authorities/sandbox/' },
    },
    {
      name: 'the-wire-contract-stands-alone',
      severity: 'error',
      from: { path: '^server/contract/', pathNot: '\\.test\\.ts$' },
      to: { path: '^(hardware|models|kiosk|config|server)/', pathNot: ['^server/contract/'] },
    },
    {
      name: 'liveness-does-no-io',
      severity: 'error',
      from: { path: '^liveness/', pathNot: ['\\.test\\.ts$', '^liveness/testing/'] },
      to: { dependencyTypes: ['core', 'npm', 'npm-dev'] },
    },
    door('onnxruntime', 'onnxruntime-node', ['^models/session\\.ts$']),
    door('serialport', 'serialport', ['^hardware/port\\.ts$']),
    door('sqlite', 'better-sqlite3', [
      '^server/db/',
      '^server/testing/plans\\.ts$',
      '^kiosk/outbox',
      '^demo/claim\\.ts$',
      '^eval/server/',
    ]),
    door('postgres', 'pg', ['^server/db/', '^server/testing/postgres\\.ts$', '^eval/server/']),
    door('cockatiel', 'cockatiel', ['^server/authorities/line/']),
    door('sm-crypto', 'sm-crypto-v2', ['^server/authorities/(sm|sandbox)/']),
    door('prometheus', 'prom-client', ['^server/metrics/']),
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'tests-are-not-imported',
      severity: 'error',
      from: { pathNot: '\\.test\\.ts$' },
      to: { path: '\\.test\\.ts$' },
    },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      extensions: ['.ts', '.mjs', '.js', '.json', '.vue'],
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
