import { serviceSdl } from '../src/graphql/schema/subgraph-schema.ts';
import { writeOrCheck } from './write-or-check.ts';

/*
 * Keeps docs/subgraph.graphql, the SDL as composers get it from `_service { sdl }`: `npm run sdl` writes it,
 * `npm run sdl -- --check` fails where it has drifted.
 */

const OUTPUT = new URL('../docs/subgraph.graphql', import.meta.url);

await writeOrCheck(OUTPUT, 'sdl', await serviceSdl());
