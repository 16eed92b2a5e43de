// The page: it builds the network from what stands in it.

import { buildNetwork } from "./arithmetic.js";
import { decodeWeights } from "./weights.js";

const description = JSON.parse(document.getElementById("network").textContent);
const network = buildNetwork(description, decodeWeights(description.weights, description.dtype));
window.explorer = { network, state: {}, ready: Promise.resolve() };
