"""A chat template that writes calls as function and parameter tags, as Qwen3-Coder's and Qwen3.5's do."""

from __future__ import annotations

_TEMPLATE = """\
{%- if tools %}
    {{- '<|im_start|>system\\n<tools>' }}
    {%- for tool in tools %}
        {{- '\\n' ~ tool.function.name ~ ': ' ~ (tool.function.description | trim) }}
        {%- for name, field in tool.function.parameters.properties | items %}
            {{- '\\n- ' ~ name ~ ' ' ~ (field.type | string) }}
        {%- endfor %}
    {%- endfor %}
    {{- '\\n</tools><|im_end|>\\n' }}
{%- endif %}
{%- for message in messages %}
    {%- if message.role == 'tool' %}
        {%- if loop.previtem and loop.previtem.role != 'tool' %}
            {{- '<|im_start|>user\\n' }}
        {%- endif %}
        {{- '<tool_response>\\n' ~ message.content ~ '\\n</tool_response>\\n' }}
        {%- if loop.last or loop.nextitem.role != 'tool' %}
            {{- '<|im_end|>\\n' }}
        {%- endif %}
    {%- elif message.tool_calls %}
        {{- '<|im_start|>assistant\\n' ~ message.content }}
        {%- for call in message.tool_calls %}
            {{- '\\n<tool_call>\\n<function=' ~ call.function.name ~ '>\\n' }}
            {%- for name, value in call.function.arguments | items %}
                {{- '<parameter=' ~ name ~ '>\\n' ~ VALUE ~ '\\n</parameter>\\n' }}
            {%- endfor %}
            {{- '</function>\\n</tool_call>' }}
        {%- endfor %}
        {{- '<|im_end|>\\n' }}
    {%- else %}
        {{- '<|im_start|>' ~ message.role ~ '\\n' ~ message.content ~ '<|im_end|>\\n' }}
    {%- endif %}
{%- endfor %}
{%- if add_generation_prompt %}
    {{- '<|im_start|>assistant\\n' }}
{%- endif %}
"""

# The Coder writes everything that is no text as Python does; 3.5 and later write objects and lists as JSON.
CODER = _TEMPLATE.replace("VALUE", "(value if value is string else value | string)")
QWEN35 = _TEMPLATE.replace(
    "VALUE",
    "(value | tojson if value is mapping or (value is sequence and value is not string) else value | string)",
)
