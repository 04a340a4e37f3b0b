import { serviceSdl } from '../src/graphql/schema/subgraph-schema.ts';
import { writeOrCheck } from './write-or-check.ts';

/*
 * Generates docs/subgraph.graphql, the SDL that composers read from `_service { sdl }`, and the same as it is with
 * SDL_SECURITY_DIRECTIVES=off: `npm run sdl` writes the files, `npm run sdl -- --check` fails if one has drifted.
 */

const WHOLE = new URL('../docs/subgraph.graphql', import.meta.url);
const WITHOUT_SECURITY = new URL('../docs/subgraph-without-security-directives.graphql', import.meta.url);

await writeOrCheck(WHOLE, 'sdl', await serviceSdl());
await writeOrCheck(WITHOUT_SECURITY, 'sdl', await serviceSdl({ securityDirectives: false }));
