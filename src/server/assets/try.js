// A form for each operation that the OpenAPI description names.

const place = document.getElementById("operations");

function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
  made.append(...children);
  return made;
}

const description = await (await fetch("/api/v1/openapi.json")).json();

function example(schema) {
  if (schema?.$ref) return example(description.components.schemas[schema.$ref.split("/").pop()]);
  const entries = Object.entries(schema?.properties ?? {}).filter(([, value]) => "example" in value);
  return Object.fromEntries(entries.map(([name, value]) => [name, value.example]));
}

async function show(answer, result) {
  const kind = answer.headers.get("content-type") ?? "";
  const status = element("p", {}, `${answer.status} ${answer.statusText}`);
  if (kind.startsWith("audio/")) {
    const file = await answer.blob();
    const link = element("a", { href: URL.createObjectURL(file), download: "speech.wav" }, `speech.wav, ${file.size} bytes`);
    result.replaceChildren(status, link);
    return;
  }
  const text = await answer.text();
  const pretty = kind.includes("json") ? JSON.stringify(JSON.parse(text), null, 2) : text;
  result.replaceChildren(status, element("pre", { tabindex: "0" }, pretty));
}

function operation(path, method, about) {
  const form = element("form", {});
  const id = `${method}${path}`.replaceAll(/\W+/g, "-");
  const fields = (about.parameters ?? []).map(({ name, schema, example }) => {
    const input = element("input", { id: `${id}-${name}`, value: example ?? schema?.example ?? "" });
    form.append(element("label", { for: input.id }, name), input);
    return [name, input, path.includes(`{${name}}`)];
  });
  const [kind, content] = Object.entries(about.requestBody?.content ?? {})[0] ?? [];
  let input = null;
  if (kind?.includes("json")) {
    input = element("textarea", { id: `${id}-body`, rows: "5" });
    input.value = JSON.stringify(example(content.schema), null, 2);
  } else if (kind) {
    input = element("input", { id: `${id}-body`, type: "file", accept: "audio/*" });
  }
  if (input) form.append(element("label", { for: input.id }, kind), input);
  const result = element("div", { role: "status" });
  form.append(element("button", { type: "submit" }, element("span", {}, "Send")), result);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    let address = path;
    const query = new URLSearchParams();
    for (const [name, field, inPath] of fields) {
      if (inPath) address = address.replace(`{${name}}`, encodeURIComponent(field.value));
      else if (field.value) query.set(name, field.value);
    }
    const request = { method: method.toUpperCase() };
    if (kind?.includes("json")) {
      request.body = input.value;
      request.headers = { "content-type": "application/json" };
    } else if (kind === "multipart/form-data") {
      request.body = new FormData();
      if (input.files[0]) request.body.set("file", input.files[0]);
    } else if (kind) {
      request.body = input.files[0];
    }
    await show(await fetch(query.size ? `${address}?${query}` : address, request), result);
  });
  return element("section", {}, element("h2", {}, `${method.toUpperCase()} ${path}`), element("p", {}, about.summary ?? ""), form);
}

for (const [path, methods] of Object.entries(description.paths)) {
  for (const [method, about] of Object.entries(methods)) place.append(operation(path, method, about));
}
