using System.Globalization;
using System.Text.Json;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Input;
using OpenClaw.Gateway.Core.Storage;

namespace OpenClaw.Gateway.Core.Administration.Alerts;

/// <summary>What a condition of an alert rule is called, what it watches, and what can be set about it.</summary>
/// <param name="Name">As in the contract.</param>
/// <param name="Title">For people.</param>
/// <param name="Summary">One sentence for people.</param>
/// <param name="Settings">Its own settings, beside <see cref="AlertConditions.Common"/>.</param>
/// <param name="OfInstallation">It is about the installation and not about one tenant: only an owner may make such rules.</param>
public sealed record AlertConditionInfo(string Name, string Title, string Summary, IReadOnlyList<SettingSpec> Settings, bool OfInstallation = false);

/// <summary>Something that is wrong at this moment.</summary>
/// <param name="Subject">What is in trouble, without regard to how much: an alert is open once per rule and subject.</param>
/// <param name="Summary">What, since when, what to do: for people; no message text, no secrets.</param>
internal sealed record Trouble(string Subject, string Summary)
{
    /// <summary>When it began, where that is known; else it begins when it is seen.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>It is told only after it was seen for so long without a break.</summary>
    public TimeSpan After { get; init; }
}

/// <summary>What a condition looks at.</summary>
/// <param name="Tenant">The rule's tenant.</param>
/// <param name="Settings">The rule's settings with defaults filled in.</param>
/// <param name="Now">This moment.</param>
/// <param name="Db">The tenant's rows.</param>
/// <param name="Open">Subjects whose alert is open: a condition with a threshold lets go of these a little below it, so that nothing flaps.</param>
internal sealed record AlertLook(Guid Tenant, JsonElement Settings, DateTimeOffset Now, GatewayDbContext Db, IReadOnlySet<string> Open)
{
    public double Number(string name) => Settings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : 0;

    public string? Text(string name) => Settings.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.GetString() is { Length: > 0 } text ? text : null;

    public Guid? Id(string name) => Guid.TryParse(Text(name), out var id) ? id : null;

    /// <summary>A moment in a sentence.</summary>
    public static string Moment(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd HH:mm 'UTC'", CultureInfo.InvariantCulture);

    /// <summary>A span in a sentence, in whole minutes.</summary>
    public static string Minutes(double minutes) => minutes < 2 ? "1 minute" : string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(minutes):N0} minutes");
}

/// <summary>One sort of trouble that rules can watch for. Looked up by name.</summary>
internal interface IAlertCondition
{
    AlertConditionInfo Info { get; }

    /// <summary>Notes what the specs of the settings cannot tell, below <c>settings</c>.</summary>
    void Check(Guid tenant, JsonElement settings, FieldErrors errors) { }

    /// <summary>All that is wrong now. Asked every few seconds: reads memory and indexes only.</summary>
    Task<IReadOnlyList<Trouble>> LookAsync(AlertLook look, CancellationToken cancellationToken);

    /// <summary>The page that shows a subject, below the tenant's address; with a slash at its beginning: of the whole portal.</summary>
    string PageOf(string subject);
}
