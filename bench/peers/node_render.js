// Renders with docxtemplater or carbone on request: one line of JSON in, one line out.
// Started by node.py: node render.js ENGINE TEMPLATE DATA, in the folder that holds node_modules.
'use strict';
const fs = require('fs');
const path = require('path');
const readline = require('readline');

const [engine, templateFile, dataFile] = process.argv.slice(2);
const need = (name) => require(require.resolve(name, { paths: [process.cwd()] }));
const template = fs.readFileSync(templateFile);
const data = JSON.parse(fs.readFileSync(dataFile, 'utf8'));

// As the documentation of each shows it; docxtemplater takes a new object for each document.
function docxtemplater() {
  const PizZip = need('pizzip');
  const Docxtemplater = need('docxtemplater');
  return async (values) => {
    const doc = new Docxtemplater(new PizZip(template), { paragraphLoop: true, linebreaks: true });
    doc.render(values);
    return doc.getZip().generate({ type: 'nodebuffer', compression: 'DEFLATE' });
  };
}

function carbone() {
  const library = need('carbone');
  const file = path.resolve(templateFile);
  return (values) => new Promise((resolve, reject) => {
    library.render(file, values, (error, result) => (error ? reject(error) : resolve(result)));
  });
}

const render = { docxtemplater, carbone }[engine]();

async function answer(request) {
  if (request.save) {
    fs.writeFileSync(request.save, await render(data[0]));
    return { saved: true };
  }
  const cpu = process.cpuUsage();
  const start = process.hrtime.bigint();
  let bytes = 0;
  for (let i = 0; i < request.times; i += 1) {
    bytes = (await render(data[i % data.length])).length;
  }
  const used = process.cpuUsage(cpu);
  return {
    cpu: (used.user + used.system) / 1e6,
    wall: Number(process.hrtime.bigint() - start) / 1e9,
    bytes,
  };
}

(async () => {
  for await (const line of readline.createInterface({ input: process.stdin })) {
    let said;
    try {
      said = await answer(JSON.parse(line));
    } catch (error) {
      said = { error: String(error && error.stack || error) };
    }
    process.stdout.write(JSON.stringify(said) + '\n');
  }
  process.exit(0);
})();
