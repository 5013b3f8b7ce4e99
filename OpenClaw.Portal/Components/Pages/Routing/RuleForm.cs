using System.Text.Json;
using System.Text.Json.Nodes;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Routing;

namespace OpenClaw.Portal.Components.Pages.Routing;

/// <summary>A rule as the form holds it: lists are never null, an empty one is a condition left out.</summary>
internal sealed class RuleForm
{
    public const string ToAgent = "agent";
    public const string ToPool = "pool";
    public const string ToCapable = "capable";
    public const string ToNobody = "drop";

    public string? Name { get; set; } = "";

    public bool Enabled { get; set; } = true;

    public bool OnlyWhenUnassigned { get; set; }

    public IReadOnlyList<string>? Channels { get; set; } = [];

    public IReadOnlyList<string>? ChannelKinds { get; set; } = [];

    public IReadOnlyList<string>? ConversationKinds { get; set; } = [];

    public IReadOnlyList<string>? Users { get; set; } = [];

    public string? Command { get; set; }

    public IReadOnlyList<string>? Any { get; set; } = [];

    public IReadOnlyList<string>? All { get; set; } = [];

    public IReadOnlyList<string>? Keywords { get; set; } = [];

    public string? Regex { get; set; }

    public string? Language { get; set; }

    /// <summary>The name of an intent; null = whatever the message wants.</summary>
    public string? Intent { get; set; }

    /// <summary><c>yes</c>, <c>no</c> or null.</summary>
    public string? Attachment { get; set; }

    /// <summary><see cref="ToAgent"/>, <see cref="ToPool"/>, <see cref="ToCapable"/> or <see cref="ToNobody"/>.</summary>
    public string? Outcome { get; set; } = ToAgent;

    public string? Pool { get; set; }

    public string? Agent
    {
        get;
        set
        {
            field = value;
            // nobody is asked twice: what is chosen as the first leaves the list of the next, in sight
            if (value is not null) Fallback = [.. (Fallback ?? []).Where(f => f != value)];
        }
    }

    /// <summary>Ids of the agents that are asked next, in order.</summary>
    public IReadOnlyList<string>? Fallback { get; set; } = [];

    public static RuleForm Of(RuleModel rule) => new()
    {
        Name = rule.Name, Enabled = rule.Enabled, OnlyWhenUnassigned = rule.OnlyWhenUnassigned,
        Channels = [.. (rule.Match.Channels ?? []).Select(c => c.ToString())], ChannelKinds = rule.Match.ChannelKinds ?? [],
        ConversationKinds = rule.Match.ConversationKinds ?? [], Users = rule.Match.Users ?? [], Command = rule.Match.Command,
        Any = rule.Match.Text?.Any ?? [], All = rule.Match.Text?.All ?? [], Keywords = rule.Match.Text?.Keywords ?? [], Regex = rule.Match.Text?.Regex,
        Language = rule.Match.Language, Intent = rule.Match.Intent, Attachment = rule.Match.HasAttachment switch { true => "yes", false => "no", null => null },
        Outcome = rule.Target.Drop ? ToNobody : rule.Target.Pool is not null ? ToPool : rule.Target.Capable ? ToCapable : ToAgent, Pool = rule.Target.Pool?.ToString(), Agent = rule.Target.Agent?.ToString(),
        Fallback = [.. (rule.Target.Fallback ?? []).Select(f => f.ToString())],
    };

    /// <summary>From a body, as a conflict leaves it.</summary>
    public static RuleForm Of(JsonObject body) => Of(new RuleModel
    {
        Id = Guid.Empty, Name = body["name"]?.GetValue<string>() ?? "", Enabled = body["enabled"]?.GetValue<bool>() ?? true,
        OnlyWhenUnassigned = body["onlyWhenUnassigned"]?.GetValue<bool>() ?? false,
        Match = body["match"].Deserialize<RuleMatch>(JsonSerializerOptions.Web) ?? new(), Target = body["target"].Deserialize<RuleTarget>(JsonSerializerOptions.Web) ?? new(),
    });

    /// <summary>The rule as it stands in the form, whether or not it could be saved.</summary>
    public RuleModel ToRule() => new()
    {
        Id = Guid.Empty, Name = Name ?? "", Enabled = Enabled, OnlyWhenUnassigned = OnlyWhenUnassigned,
        Match = new()
        {
            Channels = (Channels ?? []).Select(Guid.Parse).ToList() is { Count: > 0 } channels ? channels : null,
            ChannelKinds = OrNull(ChannelKinds), ConversationKinds = OrNull(ConversationKinds), Users = OrNull(Users), Command = OrNull(Command?.TrimStart('/')),
            Text = new TextMatch { Any = OrNull(Any), All = OrNull(All), Keywords = OrNull(Keywords), Regex = OrNull(Regex) } is var text && text is { Any: null, All: null, Keywords: null, Regex: null } ? null : text,
            Language = OrNull(Language), Intent = OrNull(Intent), HasAttachment = Attachment switch { "yes" => true, "no" => false, _ => null },
        },
        Target = Outcome switch
        {
            ToNobody => new() { Drop = true },
            ToCapable => new() { Capable = true },
            ToPool => new() { Pool = Guid.TryParse(Pool, out var pool) ? pool : null },
            _ => ToAnAgent(),
        },
    };

    private RuleTarget ToAnAgent() => new()
    {
        Agent = Guid.TryParse(Agent, out var agent) ? agent : null,
        // who is asked first now is not asked again
        Fallback = (Fallback ?? []).Where(f => f != Agent).Select(Guid.Parse).ToList() is { Count: > 0 } fallback ? fallback : null,
    };

    /// <summary>The body to be saved.</summary>
    public JsonObject ToBody()
    {
        var rule = ToRule();
        var body = RuleJson.Of(rule);
        if (rule.Target is { Agent: null, Pool: null, Capable: false, Drop: false }) body["target"] = new JsonObject();
        return body;
    }

    private static IReadOnlyList<string>? OrNull(IReadOnlyList<string>? items) => items is { Count: > 0 } ? items : null;

    private static string? OrNull(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
