// npm run properties [-- COUNT [SEED]]: the property tests with the values of COUNT seeds (20), from SEED on (the time).
import { spawnSync } from 'node:child_process';

const count = Number(process.argv[2] ?? 20);
const first = Number(process.argv[3] ?? Date.now() % 2 ** 31);
if (!Number.isInteger(count) || count < 1 || !Number.isInteger(first)) {
  console.error('usage: npm run properties -- [COUNT [SEED]]');
  process.exit(2);
}
const jest = [
  'node_modules/jest/bin/jest.js',
  'property|explain|ipv4-text|every-row|pending',
  '--silent',
  '--selectProjects',
  'unit',
];
const failed = Array.from({ length: count }, (_, i) => first + i).filter(seed => {
  console.log(`FC_SEED=${seed}`);
  return (
    spawnSync(process.execPath, jest, { stdio: 'inherit', env: { ...process.env, FC_SEED: `${seed}` } }).status !== 0
  );
});
console.log(`${count} seeds from ${first} on, ${failed.length} failed: ${failed.join(' ')}`);
process.exit(failed.length === 0 ? 0 : 1);
