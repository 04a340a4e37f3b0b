import { runOver } from './run-script.ts';

export type Composer = 'apollo' | 'guild' | 'wundergraph';

/** Subgraphs by name, as SDL. */
type Subgraphs = Record<string, string>;

/** Composes subgraphs. Returns the composed SDL; rejects with the errors of the composer. */
export function compose(composer: Composer, subgraphs: Subgraphs): Promise<string> {
  return runOver(`compose-${composer}.js`, filesOf(subgraphs));
}

/** The viewers of a graph: all callers, or the partners of docs/security.md. */
export type View = 'public' | 'partner';
export const VIEWS: readonly View[] = ['public', 'partner'];

/** Composes subgraphs and returns the SDL of a view. */
export function composeView(view: View, subgraphs: Subgraphs): Promise<string> {
  return runOver(`compose-${view}.js`, filesOf(subgraphs));
}

/** The committed file with the view of this subgraph alone. */
export const viewFile = (view: View): URL => new URL(`../../docs/${view}.graphql`, import.meta.url);

function filesOf(subgraphs: Subgraphs): Record<string, string> {
  return Object.fromEntries(Object.entries(subgraphs).map(([name, sdl]) => [`${name}.graphql`, sdl]));
}
