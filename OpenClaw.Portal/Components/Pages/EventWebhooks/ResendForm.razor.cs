using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Abstractions;
using OpenClaw.Gateway.Core.Administration.EventWebhooks;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.EventWebhooks;

/// <summary>Since when, and which; counted first, then sent.</summary>
public sealed partial class ResendForm
{
    private const string All = "all";
    private static readonly Choice[] States = [new(EventDeliveryStates.Failed, "Those that were given up"), new(EventDeliveryStates.Delivered, "Those that were delivered"), new(All, "Both")];

    private DateTimeOffset? _since;
    private string? _state = EventDeliveryStates.Failed;
    private int? _count;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The endpoint.</summary>
    [Parameter, EditorRequired]
    public required Guid Webhook { get; set; }

    /// <summary>Sends them.</summary>
    [Parameter, EditorRequired]
    public required Func<DateTimeOffset, string?, Task<FormResult>> OnSend { get; set; }

    /// <summary>Thought better of.</summary>
    [Parameter]
    public EventCallback OnCancel { get; set; }

    [Inject]
    private EventWebhookQueries Queries { get; set; } = default!;

    [Inject]
    private TimeProvider Time { get; set; } = default!;

    private string? Chosen => _state == All ? null : _state;

    /// <inheritdoc />
    protected override void OnInitialized() => _since = Time.GetUtcNow().AddDays(-1);

    private void Change(DateTimeOffset? since, string? state) => (_since, _state, _count) = (since, state, null);

    private async Task<FormResult> SaveAsync()
    {
        if (_since is not { } since) return FormResult.NotYet;
        if (_count is null or 0)
        {
            _count = await Queries.CountAsync(TenantId, Webhook, new(Chosen, Since: since));
            return FormResult.NotYet;
        }

        var result = FormResult.NotYet;
        // through the page as receiver, so that it renders what sending changed
        await EventCallback.Factory.Create(OnSend.Target ?? this, async () => result = await OnSend(since, Chosen)).InvokeAsync();
        return result;
    }
}
