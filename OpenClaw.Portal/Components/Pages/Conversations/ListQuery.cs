using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.WebUtilities;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Gateway.Core.Storage.Entities;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>What the list shows, as it stands in the address. What is null does not narrow; without a state, archived ones are left out.</summary>
public sealed record ListQuery
{
    /// <summary>The state that shows archived ones too.</summary>
    public const string AnyState = "any";

    /// <summary>States to choose from.</summary>
    public static readonly IReadOnlyList<Choice> States =
        [new("active", "Active"), new("dormant", "Dormant"), new("expired", "Expired"), new("archived", "Archived"), new(AnyState, "Any state, archived too")];

    /// <summary>What may be wrong with a conversation, or call for somebody.</summary>
    public static readonly IReadOnlyList<Choice> Troubles =
        [new("operator", "User waits for an operator"), new("taken", "An operator answers"), new("waiting", "User waits over a minute"), new("dead", "Has dead letters"), new("bounced", "An answer bounced")];

    /// <summary>Words in the messages.</summary>
    public string? Text { get; init; }

    /// <summary>One of <see cref="States"/>.</summary>
    public string? State { get; init; }

    /// <summary>One of <see cref="Troubles"/>.</summary>
    public string? Trouble { get; init; }

    /// <summary>Channel.</summary>
    public Guid? Channel { get; init; }

    /// <summary>Agent.</summary>
    public Guid? Agent { get; init; }

    /// <summary>The user's id on the platform.</summary>
    public string? User { get; init; }

    /// <summary>Active at or after that time.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>Active before that time.</summary>
    public DateTimeOffset? To { get; init; }

    /// <summary>Something narrows it.</summary>
    public bool IsFiltered => this != new ListQuery();

    /// <summary>How many filters hold beside the text.</summary>
    public int Count => Parameters().Count(p => p.Key != "text" && p.Value is not null);

    /// <summary>Reads an address; what is no value of a parameter is passed over.</summary>
    public static ListQuery Of(NavigationManager navigation)
    {
        ArgumentNullException.ThrowIfNull(navigation);
        return OfQuery(new Uri(navigation.Uri).Query);
    }

    /// <summary>Reads a query, as <see cref="ToQuery"/> wrote it.</summary>
    public static ListQuery OfQuery(string query)
    {
        var values = QueryHelpers.ParseQuery(query);
        return new()
        {
            Text = Value("text"), State = Known("state", States), Trouble = Known("trouble", Troubles), User = Value("user"),
            Channel = Id("channel"), Agent = Id("agent"), From = Time("from"), To = Time("to"),
        };

        string? Value(string name) => values.TryGetValue(name, out var value) && !string.IsNullOrWhiteSpace(value) ? value.ToString().Trim() : null;
        string? Known(string name, IReadOnlyList<Choice> known) => Value(name) is { } value && known.Any(k => k.Value == value) ? value : null;
        Guid? Id(string name) => Guid.TryParse(Value(name), out var id) ? id : null;
        DateTimeOffset? Time(string name) => DateTimeOffset.TryParse(Value(name), CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;
    }

    /// <summary>For the address, and to be kept; without the question mark.</summary>
    public string ToQuery() => QueryHelpers.AddQueryString("", Parameters()).TrimStart('?');

    /// <summary>For the database, as it is now.</summary>
    public SessionFilter ToFilter(DateTimeOffset now)
    {
        var filter = new SessionFilter
        {
            Text = Text, User = User, Channel = Channel, Agent = Agent, Since = From, Until = To, IsLive = State is null,
            State = Enum.TryParse<SessionState>(State, ignoreCase: true, out var state) ? state : null,
        };
        return Trouble is null ? filter : filter.Troubled(Trouble, now) ?? filter;
    }

    private Dictionary<string, string?> Parameters() => new(StringComparer.Ordinal)
    {
        ["text"] = Text, ["state"] = State, ["trouble"] = Trouble, ["channel"] = Channel?.ToString(), ["agent"] = Agent?.ToString(), ["user"] = User, ["from"] = Moment(From), ["to"] = Moment(To),
    };

    private static string? Moment(DateTimeOffset? time) => time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
