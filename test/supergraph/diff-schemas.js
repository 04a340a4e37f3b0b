// node diff-schemas.js <folder with before.graphql and after.graphql>: prints every change with its level, as JSON.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { diff } from '@graphql-inspector/core';
import { buildSchema } from 'graphql';

const read = (name) => buildSchema(readFileSync(join(process.argv[2], `${name}.graphql`), 'utf8'));
const changes = await diff(read('before'), read('after'));
console.log(
  JSON.stringify(changes.map(({ message, criticality }) => ({ message, level: criticality.level }))),
);
