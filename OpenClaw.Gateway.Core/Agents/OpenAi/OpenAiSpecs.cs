using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Agents.Tools;

namespace OpenClaw.Gateway.Core.Agents.OpenAi;

/// <summary>The settings of the kind <c>openai</c> as data, for API and forms.</summary>
internal static class OpenAiSpecs
{
    private const string Model = "Model";
    private const string Conversation = "Conversation";
    private const string Tools = "Tools";

    public static IReadOnlyList<SettingSpec> All { get; } =
    [
        new("baseUrl", SettingType.Text)
        {
            Group = Model, Label = "Base URL", Default = "\"" + OpenAiSettings.OpenAiUrl + "\"", Example = "http://localhost:11434/v1",
            Help = "Where the API is, up to /v1. A private address (localhost too) must be allowed by the owner of the installation.",
        },
        new("model", SettingType.Text) { Group = Model, Required = true, MaxLength = 200, Label = "Model", Help = "The model's name as the server lists it.", Example = "gpt-5-mini" },
        new("temperature", SettingType.Number) { Group = Model, Min = 0, Max = 2, Label = "Temperature", Help = "How freely it chooses its words, from 0 to 2. Empty: as the server has it; some models take no other." },
        new("maxTokens", SettingType.WholeNumber) { Group = Model, Min = 1, Max = 1_000_000, Label = "Longest answer", Help = "In tokens, thoughts included. Empty: the server's own bound." },
        new("images", SettingType.Choice)
        {
            Group = Model, Default = "\"auto\"", Choices = ["auto", "on", "off"], Label = "Images",
            Help = "Whether the model is given pictures that people send. auto: it is, unless its server refuses them.",
        },
        new("systemPrompt", SettingType.Text)
        {
            Group = Conversation, MaxLength = PromptTemplate.Longest, Label = "System prompt", Example = "You help the customers of {{tenant}}. Today is {{date}}. You talk to {{user.name}}.",
            Help = $"What the model is told before every conversation. Variables in double braces: {PromptTemplate.Known}.",
        },
        new("historyMessages", SettingType.WholeNumber) { Group = Conversation, Default = "20", Min = 0, Max = 200, Label = "Messages remembered", Help = "How many earlier messages of the conversation the model gets." },
        new("handoffTo", SettingType.TextList) { Group = Conversation, MaxItems = 50, MaxLength = 80, Label = "May hand over to", Help = "Names of other agents. The model gets a tool by which it gives the conversation to one of them." },
        new("mcpServers", SettingType.Structure)
        {
            Group = Tools, Default = "[]", MaxItems = ToolLimits.Servers, Label = "Servers of tools (MCP)", Help = "Model Context Protocol over Streamable HTTP. A token of a server is the secret mcp.{name}.",
            ItemFields =
            [
                new("name", SettingType.Text) { Required = true, MaxLength = 40, Label = "Name", Help = "Letters, digits, “-” and “_”.", Example = "tickets" },
                new("url", SettingType.Text) { Required = true, Label = "URL", Example = "https://tools.example.com/mcp" },
                new("tools", SettingType.TextList) { MaxItems = 200, MaxLength = 128, Label = "Only these tools", Help = "Empty: all that it has." },
            ],
        },
        new("toolSteps", SettingType.WholeNumber) { Group = Tools, Default = "8", Min = 1, Max = 50, Advanced = true, Label = "Steps with tools", Help = "How often the model may call tools for one message before it must answer." },
        new("timeoutSeconds", SettingType.WholeNumber) { Default = "120", Min = 1, Max = 3_600, Advanced = true, Label = "Time-out", Help = "Seconds without a token of the answer." },
        new("answerWithinSeconds", SettingType.WholeNumber) { Default = "600", Min = 1, Max = 86_400, Advanced = true, Label = "Answer within", Help = "Seconds that a whole answer may take with all its steps, however lively it is. Empty: 600, or as long as the time-out." },
        new("parameters", SettingType.Structure) { Advanced = true, Label = "More parameters", Help = "Further fields of the request, as the server's documentation names them.", Example = "{\"top_p\":0.9,\"stop\":[\"END\"],\"reasoning_effort\":\"low\"}" },
        new("headers", SettingType.Structure) { Advanced = true, Label = "More headers", Help = "Further headers of the request. Not for secrets: people with access to the agent see them.", Example = "{\"X-Title\":\"Support\"}" },
    ];

    public static IReadOnlyList<SettingPreset> Presets { get; } =
    [
        new("OpenAI", "Make a key at platform.openai.com, under API keys.", """{"baseUrl":"https://api.openai.com/v1","model":"gpt-5-mini"}"""),
        new("Ollama", "No key is needed. Pull the model first: ollama pull llama3.2. The owner of the installation must allow localhost.", """{"baseUrl":"http://localhost:11434/v1","model":"llama3.2"}"""),
        new("vLLM", "The model is the one that vllm serve was started with. For tools start it with --enable-auto-tool-choice.", """{"baseUrl":"http://localhost:8000/v1"}"""),
        new("LM Studio", "No key is needed. Load a model and start the server on the page Developer.", """{"baseUrl":"http://localhost:1234/v1"}"""),
        new("llama.cpp", "No key is needed, unless llama-server was started with one. For tools start it with --jinja. It has one model: any name will do.", """{"baseUrl":"http://localhost:8080/v1","model":"default"}"""),
        new("OpenRouter", "Models have names such as maker/model.", """{"baseUrl":"https://openrouter.ai/api/v1"}"""),
    ];
}
