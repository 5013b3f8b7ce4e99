using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.Alerts;
using OpenClaw.Portal.Components.Controls;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Alerts;

/// <summary>What a rule watches, how it tells, and when it is silent.</summary>
public sealed partial class AlertRuleForm
{
    /// <summary>Settings that have fields of their own here.</summary>
    private static readonly string[] Own = ["agent", "channel", "cause", "hours"];
    private static readonly IReadOnlyList<Choice> Causes = [.. DeadLetterCauses.All.Select(c => new Choice(c, Humanize.Words(c)))];
    private static readonly Choice[] Means =
    [
        new(AlertMeans.Mail, "Mail", "To one or more people.", "mail"),
        new(AlertMeans.Webhook, "Webhook", "To a chat, a pager, or a program of your own.", "link"),
    ];

    private string? _condition;
    private string? _name;
    private string? _agent;
    private string? _channel;
    private string? _cause;
    private string? _means;
    private string? _target;
    private JsonObject _settings = [];
    private HoursValue _hours = new();
    private HoursValue _quiet = new();

    /// <summary>The rule that is changed; null = a new one.</summary>
    [Parameter]
    public AlertRuleView? Rule { get; set; }

    /// <summary>The condition that a suggestion chose.</summary>
    [Parameter]
    public string? Given { get; set; }

    /// <summary>An address to begin with.</summary>
    [Parameter]
    public string? Mail { get; set; }

    /// <summary>The installation can send mail.</summary>
    [Parameter]
    public bool MayMail { get; set; }

    /// <summary>The person owns the installation, and may watch it.</summary>
    [Parameter]
    public bool IsOwner { get; set; }

    /// <summary>The tenant's agents.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Choice> Agents { get; set; }

    /// <summary>The tenant's channels.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<Choice> Channels { get; set; }

    /// <summary>Saves the API's body, and says how that ended.</summary>
    [Parameter, EditorRequired]
    public required Func<JsonElement, Task<FormResult>> OnSend { get; set; }

    /// <summary>Thought better of.</summary>
    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Inject]
    private AlertConditions Known { get; set; } = default!;

    private IReadOnlyList<Choice> Conditions => [.. Known.All.Where(c => IsOwner || !c.OfInstallation).Select(c => new Choice(c.Name, c.Title))];

    private AlertConditionInfo? Info => Known.All.FirstOrDefault(c => c.Name == _condition);

    /// <inheritdoc />
    protected override void OnInitialized()
    {
        if (Rule is { } rule)
        {
            (_condition, _name, _means, _target, _settings) = (rule.Condition, rule.Name, rule.Means, rule.Target, rule.Settings.DeepClone().AsObject());
            (_agent, _channel, _cause) = ((string?)_settings["agent"], (string?)_settings["channel"], (string?)_settings["cause"]);
            _quiet = HoursValue.Of(rule.Quiet, "22:00", "07:00");
        }
        else
        {
            _means = MayMail ? AlertMeans.Mail : AlertMeans.Webhook;
            _target = MayMail ? Mail : null;
            if (Given is not null) Choose(Given);
        }

        _hours = HoursValue.Of(_settings["hours"] as JsonObject, "09:00", "18:00");
    }

    /// <summary>Begins a rule with the condition's own defaults, and a name that says what it is.</summary>
    private void Choose(string? condition)
    {
        var before = Info?.Title;
        _condition = condition;
        _settings = [];
        if (Info is not { } info) return;
        foreach (var spec in AlertConditions.Specs(info).Where(s => s.Default is not null)) _settings[spec.Name] = JsonNode.Parse(spec.Default!);
        if (string.IsNullOrWhiteSpace(_name) || _name == before) _name = info.Title;
    }

    private async Task<FormResult> SendAsync()
    {
        var settings = _settings.DeepClone().AsObject();
        Put("agent", string.IsNullOrEmpty(_agent) ? null : _agent);
        Put("channel", string.IsNullOrEmpty(_channel) ? null : _channel);
        Put("cause", string.IsNullOrEmpty(_cause) ? null : _cause);
        Put("hours", _hours.ToJson());
        var body = new JsonObject { ["name"] = _name, ["settings"] = settings, ["means"] = _means, ["target"] = _target, ["quiet"] = _quiet.ToJson() };
        if (Rule is null) body["condition"] = _condition;
        var result = FormResult.NotYet;
        // through the page as receiver, so that it renders what saving changed
        await EventCallback.Factory.Create(OnSend.Target ?? this, async () => result = await OnSend(JsonSerializer.SerializeToElement(body))).InvokeAsync();
        return result;

        void Put(string name, JsonNode? value)
        {
            if (Info?.Settings.Any(s => s.Name == name) == true) settings[name] = value;
        }
    }
}
