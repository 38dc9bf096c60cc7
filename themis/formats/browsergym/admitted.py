"""The classes that the pickles of AgentLab and BrowserGym may name; each becomes plain data."""

from __future__ import annotations

from themis.formats.inert import Admitted, things

_LOOP = ("EnvArgs", "ExpArgs", "StepInfo", "StepTimestamps")
_MESSAGES = ("BaseMessage", "SystemMessage", "HumanMessage", "AIMessage", "Discussion")
_RESPONSES = ("ToolCall", "ToolCalls", "LLMOutput", "MessageBuilder", "APIPayload")
_BUILDERS = (
    "OpenAIResponseAPIMessageBuilder",
    "AnthropicAPIMessageBuilder",
    "OpenAIChatCompletionAPIMessageBuilder",
)
_CHATS = ("OpenAI", "Azure", "OpenRouter", "SelfHosted", "Anthropic", "Bedrock", "LiteLLM")
_MODELS = ("OpenAIResponse", "ClaudeResponse", "OpenAIChat", "OpenRouter")
_DISCUSSION = ("StructuredDiscussion", "MsgGroup")

STEPS: Admitted = things(
    *(f"{home}.experiments.loop.{name}" for home in ("agentlab", "browsergym") for name in _LOOP),
    "browsergym.experiments.agent.AgentInfo",
    "agentlab.agents.tapeagent.agent.TapeAgentInfo",
    *(f"agentlab.llm.llm_utils.{name}" for name in _MESSAGES),
    *(f"agentlab.llm.response_api.{name}" for name in (*_RESPONSES, *_BUILDERS)),
    "agentlab.llm.litellm_api.LiteLLMAPIMessageBuilder",
    *(
        f"agentlab.agents.tool_use_agent.{module}.{name}"
        for module in ("tool_use_agent", "cua_like_agent")
        for name in _DISCUSSION
    ),
    "agentlab.llm.tracking.Stats",
    *(f"pathlib.{name}" for name in ("Path", "PosixPath", "WindowsPath")),
)
"""What a step and what it was asked may hold."""

_AGENTS = (
    "generic_agent.generic_agent.GenericAgentArgs",
    "generic_agent.generic_agent_prompt.GenericPromptFlags",
    "generic_agent.reproducibility_agent.ReproAgentArgs",
    "hint_use_agent.generic_agent.GenericAgentArgs",
    "hint_use_agent.generic_agent_prompt.GenericPromptFlags",
    "dynamic_prompting.ActionFlags",
    "dynamic_prompting.Flags",
    "dynamic_prompting.ObsFlags",
    "most_basic_agent.most_basic_agent.MostBasicAgentArgs",
    "visual_agent.visual_agent.VisualAgentArgs",
    "visual_agent.visual_agent_prompts.PromptFlags",
    "visualwebarena.agent.VisualWebArenaAgentArgs",
    "debug_agent.DebugAgentArgs",
    "tool_use_agent.tool_use_agent.ToolUseAgentArgs",
    "tool_use_agent.tool_use_agent.PromptConfig",
)

ARGUMENTS: Admitted = {
    **STEPS,
    **things(
        *(f"agentlab.agents.{name}" for name in _AGENTS),
        *(f"agentlab.llm.chat_api.{name}ModelArgs" for name in _CHATS),
        *(f"agentlab.llm.response_api.{name}ModelArgs" for name in _MODELS),
        "agentlab.llm.litellm_api.LiteLLMModelArgs",
        "browsergym.experiments.benchmark.base.HighLevelActionSetArgs",
        "agentlab.benchmarks.osworld.OsworldEnvArgs",
        "agentlab.benchmarks.gaia.GaiaGymArgs",
    ),
}
"""What the arguments of an experiment with one of AgentLab's own agents may hold."""
