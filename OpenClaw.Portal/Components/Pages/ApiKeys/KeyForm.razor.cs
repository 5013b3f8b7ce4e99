using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.ApiKeys;

/// <summary>Name, scopes and expiry of a key, new or present.</summary>
public sealed partial class KeyForm
{
    private const string OnDate = "date";
    private const string Never = "never";
    private const string Same = "same";
    private string? _name;
    private IReadOnlyCollection<string> _scopes = [ApiScopeNames.Read];
    private string? _expiry = "90";
    private DateTimeOffset? _date;

    /// <summary>The key that is changed; null = a new one.</summary>
    [Parameter]
    public ApiKeyView? Key { get; set; }

    /// <summary>The scopes that the person has to give.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyCollection<string> Given { get; set; }

    /// <summary>Saves the API's body, and says how that ended.</summary>
    [Parameter, EditorRequired]
    public required Func<JsonElement, Task<FormResult>> OnSend { get; set; }

    /// <summary>Thought better of.</summary>
    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private IReadOnlyList<Choice> Expiries =>
    [
        .. Key is null ? [] : (Choice[])[new(Same, Key.ExpiresAt is null ? "As it is: never" : "As it is")],
        new("30", "In 30 days"), new("90", "In 90 days"), new("365", "In a year"), new(OnDate, "At a time of your choice"), new(Never, "Never"),
    ];

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Key is not { } key) return;
        (_name, _scopes, _expiry) = (key.Name, key.Scopes, Same);
    }

    private async Task<FormResult> SaveAsync()
    {
        var body = new JsonObject { ["name"] = _name, ["scopes"] = new JsonArray([.. _scopes.Select(s => (JsonNode)s)]) };
        if (_expiry != Same) body["expiresAt"] = Expiry is { } at ? JsonValue.Create(at) : null;
        var result = FormResult.NotYet;
        // through the page as receiver, so that it renders what saving changed
        await EventCallback.Factory.Create(OnSend.Target ?? this, async () => result = await OnSend(JsonSerializer.SerializeToElement(body))).InvokeAsync();
        return result;
    }

    private DateTimeOffset? Expiry => _expiry switch
    {
        Never => null,
        OnDate => _date,
        var days => Time.GetUtcNow().AddDays(int.Parse(days!, CultureInfo.InvariantCulture)),
    };
}
