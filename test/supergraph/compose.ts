import { runOver } from './run-script.ts';

export type Composer = 'apollo' | 'guild' | 'wundergraph';

/** Subgraphs by name, as SDL. */
type Subgraphs = Record<string, string>;

/** Composes subgraphs. Answers the composed SDL; where the composer finds errors, fails with them. */
export function compose(composer: Composer, subgraphs: Subgraphs): Promise<string> {
  return runOver(`compose-${composer}.js`, filesOf(subgraphs));
}

/** Who looks at a graph: everybody who may call it, or the partners of docs/security.md. */
export type View = 'public' | 'partner';
export const VIEWS: readonly View[] = ['public', 'partner'];

/** Composes subgraphs, and answers the SDL that is shown to those who look at the graph. */
export function composeView(view: View, subgraphs: Subgraphs): Promise<string> {
  return runOver(`compose-${view}.js`, filesOf(subgraphs));
}

/** Where the view of this subgraph alone is committed. */
export const viewFile = (view: View): URL => new URL(`../../docs/${view}.graphql`, import.meta.url);

function filesOf(subgraphs: Subgraphs): Record<string, string> {
  return Object.fromEntries(Object.entries(subgraphs).map(([name, sdl]) => [`${name}.graphql`, sdl]));
}
