// node compose-apollo.js <folder of subgraphs>: what Apollo's composition makes of them.
import { composeServices } from '@apollo/composition';
import { printComposed } from './print-composed.js';
import { readSubgraphs } from './read-subgraphs.js';

printComposed(composeServices(readSubgraphs(process.argv[2])));
