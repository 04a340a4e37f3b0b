import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { serviceSdl } from './edge/subgraph-schema.ts';

/*
 * Keeps docs/subgraph.graphql, the SDL as composers get it from `_service { sdl }`: `npm run sdl` writes it,
 * `npm run sdl -- --check` fails where it has drifted.
 */

const OUTPUT = new URL('../docs/subgraph.graphql', import.meta.url);

const sdl = await serviceSdl();

if (process.argv.includes('--check')) {
  const committed = await readFile(OUTPUT, 'utf8').catch(() => '');
  if (committed !== sdl) {
    console.error(
      'docs/subgraph.graphql is not what the subgraph answers: run `npm run sdl` and commit the result',
    );
    process.exitCode = 1;
  }
} else {
  await mkdir(new URL('./', OUTPUT), { recursive: true });
  await writeFile(OUTPUT, sdl);
}
