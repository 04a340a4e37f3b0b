// node compose-apollo.js <folder of subgraphs>: prints the supergraph of Apollo's composition.
import { composeServices } from '@apollo/composition';
import { printComposed } from './print-composed.js';
import { readSubgraphs } from './read-subgraphs.js';

printComposed(composeServices(readSubgraphs(process.argv[2])));
