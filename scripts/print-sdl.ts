import { serviceSdl } from '../src/graphql/schema/subgraph-schema.ts';
import { writeOrCheck } from './write-or-check.ts';

/*
 * Generates docs/subgraph.graphql, the SDL that composers read from `_service { sdl }`: `npm run sdl` writes the file,
 * `npm run sdl -- --check` fails if it has drifted.
 */

const OUTPUT = new URL('../docs/subgraph.graphql', import.meta.url);

await writeOrCheck(OUTPUT, 'sdl', await serviceSdl());
