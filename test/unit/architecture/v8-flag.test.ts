import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const ROOT = new URL('../../../', import.meta.url);
const read = (file: string): string => readFileSync(new URL(file, ROOT), 'utf8');

/** docs/decisions/0029-no-allocation-site-pretenuring.md says why. */
const FLAG = '--no-allocation-site-pretenuring';

test.each([
  ['package.json', /"start": "(.*)"/],
  ['package.json', /"dev": "(.*)"/],
  ['Dockerfile', /^CMD (.*)$/m],
  ['test/support/program.ts', /\[process\.execPath, (.*MAIN.*)\]/],
  ['bench/support/server-process.ts', /args: (.*src\/main\.ts.*),/],
])('%s starts the program with the V8 flag of decision 0029 (%s)', (file, command) => {
  expect(command.exec(read(file))?.[1]).toContain(FLAG);
});

test.each([
  ['package.json', /"start": "(.*)"/],
  ['Dockerfile', /^CMD (.*)$/m],
  ['test/support/program.ts', /\[process\.execPath, (.*MAIN.*)\]/],
])('%s starts the program without the inspector that SIGUSR1 opens (%s)', (file, command) => {
  expect(command.exec(read(file))?.[1]).toContain('--disable-sigusr1');
});
