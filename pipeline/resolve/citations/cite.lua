--[==[ Formats the citations of many documents in one pandoc process: JSON on stdin, JSON on stdout.

In:  {references: [CSL-JSON], styles: [{csl, probe, language}],
      documents: [{id, style, references: [number], listed: [id], groups: [[{id, mode, prefix, label, locator, suffix}]]}]}
Out: [{id, blocks: AST, warnings: [words]} or {id, fault: words}]

Each document is formatted by itself: year suffixes and numbers depend on nothing else in the run.
A style is a data: address, a number is counted from 1, and nothing is read but stdin.
]==]

local json = require 'pandoc.json'
local job = json.decode(io.read('a'), false)

local references = {}
if #job.references > 0 then
  for number, record in ipairs(pandoc.read(json.encode(job.references), 'csljson').meta.references) do
    references[number] = record
  end
end

local function inlines(words)
  local out = pandoc.Inlines{}
  for gap, word in words:gmatch('(%s*)(%S*)') do
    if gap ~= '' then out:insert(pandoc.Space()) end
    if word ~= '' then out:insert(pandoc.Str(word)) end
  end
  return out
end

local function cite(citations)
  return pandoc.Plain{pandoc.Cite({pandoc.Str '?'}, citations)}
end

-- The words that the engine will know a locator by, label by label: it only knows those of the style's language.
-- A word that two labels share is of no use.
local function locator_labels(style)
  if style.labels then return style.labels end
  local record = pandoc.read('[{"id": "probe", "type": "book", "title": "Probe"}]', 'csljson').meta.references
  local blocks = {cite{pandoc.Citation('probe', 'NormalCitation')}}
  local answer = pandoc.utils.citeproc(pandoc.Pandoc(blocks,
    {references = record, csl = style.probe, lang = style.language}))
  local found, owners = {}, {}
  for label, word in pandoc.utils.stringify(answer.blocks[1]):gmatch('{([%a-]+)=(.-)}') do
    found[#found + 1] = {label, word}
    owners[word] = (owners[word] == nil or owners[word] == label) and label or false
  end
  style.labels = {}
  for _, pair in ipairs(found) do
    if owners[pair[2]] and not style.labels[pair[1]] then style.labels[pair[1]] = pair[2] end
  end
  return style.labels
end

-- Braces keep the engine from guessing where a locator ends, or that there is one.
local function tail(citation, style)
  if citation.locator == '' then
    return citation.suffix == '' and '' or '{}' .. citation.suffix
  end
  local word = locator_labels(style)[citation.label]
  if word then return '{' .. word .. ' ' .. citation.locator .. '}' .. citation.suffix end
  return '{}, ' .. citation.label:gsub('-locator$', ''):gsub('-', ' ') .. ' ' .. citation.locator .. citation.suffix
end

local function format(document)
  local style, records, blocks = job.styles[document.style], pandoc.List{}, pandoc.Blocks{}
  for _, number in ipairs(document.references) do records:insert(references[number]) end
  for _, group in ipairs(document.groups) do
    local citations = pandoc.List{}
    for _, c in ipairs(group) do
      citations:insert(pandoc.Citation(c.id, c.mode, inlines(c.prefix), inlines(tail(c, style))))
    end
    blocks:insert(cite(citations))
  end
  local meta = {references = records, csl = style.csl, lang = style.language, ['link-citations'] = true}
  if #document.listed > 0 then
    local listed = pandoc.List{}
    for _, id in ipairs(document.listed) do listed:insert(pandoc.Citation(id, 'NormalCitation')) end
    meta.nocite = pandoc.Inlines{pandoc.Cite({pandoc.Str '?'}, listed)}
  end
  local log, answer = pandoc.log.silence(function() return pandoc.utils.citeproc(pandoc.Pandoc(blocks, meta)) end)
  local warnings = pandoc.List{}
  for _, message in ipairs(log) do
    local plain = json.decode(json.encode(message), false)
    if plain.verbosity == 'WARNING' then warnings:insert(plain.pretty) end
  end
  return '"ast": ' .. pandoc.write(pandoc.Pandoc(answer.blocks), 'json') .. ', "warnings": ' .. json.encode(warnings)
end

local answers = {}
for _, document in ipairs(job.documents) do
  local well, answer = pcall(format, document)
  if not well then answer = '"fault": ' .. json.encode(tostring(answer)) end
  answers[#answers + 1] = '{"id": ' .. json.encode(document.id) .. ', ' .. answer .. '}'
end
io.write('[', table.concat(answers, ',\n'), ']\n')
