// Numbers and layers in words.

// A number with three digits that count, and a minus sign that is as wide as a plus.
export function inDigits(value, digits = 3) {
  if (!Number.isFinite(value)) return String(value);
  const size = Math.abs(value);
  let text;
  if (size === 0) text = "0";
  else if (size >= 1e5 || size < 5e-4) text = value.toExponential(1);
  else text = value.toFixed(Math.max(0, Math.min(digits - 1 - Math.floor(Math.log10(size)), 3)));
  return text.replaceAll("-", "−");
}

// A number for a small cell.
export function inCell(value) {
  const size = Math.abs(value);
  if (size < 0.005) return "0";
  const text = size >= 99.5 ? value.toFixed(0) : size >= 9.95 ? value.toFixed(1) : value.toFixed(2);
  return text.replace(/^(-?)0\./, "$1.").replace("-", "−");
}

// An edge score with two decimals; 0.50 only from 0.5 on, since there a kernel is called an edge.
export function asScore(score) {
  const text = score.toFixed(2);
  return score < 0.5 && text === "0.50" ? "0.49" : text;
}

// A share in percent: 100 is only said of all, and 0 of what is below a twentieth of a percent.
export function inPercent(share) {
  if (share > 0.9995 && share < 1) return "99.9\u00a0%";
  return `${(100 * share).toFixed(share < 0.0995 || share > 0.9 ? 1 : 0)}\u00a0%`;
}

export function plural(count, one, many = `${one}s`) {
  return `${count.toLocaleString("en")} ${count === 1 ? one : many}`;
}

const by = sizes => sizes.join("×");

// The size of what a layer gives, where that is maps.
export function sizeInWords({ output }) {
  return output.length === 1 ? "" : by(output.slice(1));
}

// What a layer does, in a few words.
export function layerInWords({ name, options, input, output, parameters }) {
  const count = output[0].toLocaleString("en"), { weight } = parameters;
  switch (name) {
    case "Conv2D":
      return `${plural(output[0], "kernel")} ${by(weight.shape.slice(weight.shape[1] > 1 ? 1 : 2))}`;
    case "DepthwiseConv2D":
    case "ConvTranspose2D":
      return `${plural(output[0], "kernel")} ${by(weight.shape.slice(2))}`;
    case "MaxPool":
      return `max of ${by(options.size)}`;
    case "AveragePool":
      return `mean of ${by(options.size)}`;
    case "Flatten":
      return `${count} in a row`;
    case "Dense":
      return `${plural(output[0], "sum")} of ${input[0].toLocaleString("en")}`;
    case "Softmax":
      return "probabilities";
    case "Dropout":
      return "nothing in use";
    case "ReLU":
      return "max(x, 0)";
    default:
      return output.length === 1 ? plural(output[0], "number") : plural(output[0], "map");
  }
}
