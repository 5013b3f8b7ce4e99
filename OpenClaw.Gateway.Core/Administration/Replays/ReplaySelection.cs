using System.Text.Json;
using System.Text.Json.Serialization;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage.Entities;

namespace OpenClaw.Gateway.Core.Administration.Replays;

/// <summary>Which dead letters a replay takes, as it is saved with it. Of what fits, it takes what is open.</summary>
internal sealed record ReplaySelection
{
    private const int MaxIds = 10_000;
    private static readonly string[] AllStages = [Stages.Received, Stages.Routed, Stages.Dispatched, Stages.Answered, Stages.Delivered];
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary>The fields of a body that choose.</summary>
    public static readonly string[] Fields = ["ids", "group", "stage", "channel", "failedAgent", "cause", "since", "until", "includeUnknown", "includeSent"];

    public IReadOnlyList<Guid>? Ids { get; init; }

    public string? Group { get; init; }

    public string? Stage { get; init; }

    public Guid? Channel { get; init; }

    /// <summary>The agent that failed (the one that is asked is another field).</summary>
    public Guid? FailedAgent { get; init; }

    public string? Cause { get; init; }

    public DateTimeOffset? Since { get; init; }

    public DateTimeOffset? Until { get; init; }

    public bool IncludeUnknown { get; init; }

    /// <summary>An agent that answered with an error had it and refused it: that is what most replays are for.</summary>
    public bool IncludeSent { get; init; } = true;

    public static ReplaySelection Parse(string json) => JsonSerializer.Deserialize<ReplaySelection>(json, Json) ?? new();

    public static ReplaySelection Read(Document document)
    {
        var selection = new ReplaySelection
        {
            Ids = document.IsAbsent("ids") ? null : IdsOf(document),
            Group = document.IsAbsent("group") ? null : document.Text("group"),
            Stage = OneOf(document, "stage", AllStages),
            Channel = document.Id("channel"),
            FailedAgent = document.Id("failedAgent"),
            Cause = OneOf(document, "cause", DeadLetterCauses.All),
            Since = document.Time("since"),
            Until = document.Time("until"),
            IncludeUnknown = document.Flag("includeUnknown", absent: false),
            IncludeSent = document.Flag("includeSent", absent: true),
        };
        if (!document.Errors.Any && selection.IsEverything) document.Errors.Add("", "Say which dead letters: ids, group, since and until, channel, stage, cause or failedAgent.");
        return selection;
    }

    public string ToJson() => JsonSerializer.Serialize(this, Json);

    /// <summary>Those that fit, whatever their risk. <paramref name="asked"/>: what failed since is not among them.</summary>
    public IQueryable<DeadLetter> On(IQueryable<DeadLetter> letters, DateTimeOffset asked)
    {
        var filter = new DeadLetterFilter { State = DeadLetterStates.Open, Stage = Stage, Channel = Channel, Agent = FailedAgent, Cause = Cause, Group = Group, Since = Since, Until = Until };
        letters = filter.On(letters).Where(d => d.LastAt <= asked);
        return Ids is { } ids ? letters.Where(d => ids.Contains(d.Id)) : letters;
    }

    /// <summary>It is left out for its risk of answering twice.</summary>
    public bool LeavesOut(string risk) => (risk == DeadLetterRisks.Unknown && !IncludeUnknown) || (risk == DeadLetterRisks.Sent && !IncludeSent);

    private bool IsEverything => Ids is null && Group is null && Stage is null && Channel is null && FailedAgent is null && Cause is null && Since is null && Until is null;

    private static List<Guid> IdsOf(Document document)
    {
        var texts = document.Texts("ids", MaxIds, 40);
        var ids = new List<Guid>(texts.Count);
        foreach (var text in texts)
            if (Guid.TryParse(text, out var id)) ids.Add(id);
        if (ids.Count < texts.Count || (texts.Count == 0 && !document.Errors.Within("ids"))) document.Errors.Add("ids", $"Must be a list of 1 to {MaxIds} ids (GUIDs).");
        return ids;
    }

    private static string? OneOf(Document document, string field, IReadOnlyList<string> known)
    {
        if (document.IsAbsent(field) || document.Text(field) is not { } text || known.Contains(text, StringComparer.Ordinal)) return document.IsAbsent(field) ? null : document.Text(field);
        document.Errors.Add(field, $"Must be one of: {string.Join(", ", known)}.");
        return null;
    }
}
