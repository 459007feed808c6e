-- What our Markdown means and pandoc has no word for: links without words say what they lead to, links to another
-- briefing lead to its address, and the place of a plot holds nothing. All else pandoc reads by itself.

local words, count = {}, {}

local function number(what)
  return function(block)
    count[what] = (count[what] or 0) + 1
    words[block.identifier] = { pandoc.Str(what), pandoc.Space(), pandoc.Str(tostring(count[what])) }
  end
end

local function name(heading)
  words[heading.identifier] = heading.content
end

local function lead(link)
  local anchor = link.target:match("^#(.+)$")
  if anchor and #link.content == 0 then
    link.content = words[anchor]
  end
  link.target = link.target:gsub("^briefing:", PANDOC_WRITER_OPTIONS.variables.address:render() .. "/")
  return link
end

local function drop(block)
  if block.classes:includes("evidence-plot") then
    return {}
  end
end

return { { Header = name, Figure = number("Figure"), Table = number("Table") }, { Link = lead, Div = drop } }
