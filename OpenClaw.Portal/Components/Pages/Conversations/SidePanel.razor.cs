using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>What is known of a session beside its messages, and what its user said in others.</summary>
public sealed partial class SidePanel
{
    private IReadOnlyList<SessionView>? _related;
    private ElementReference _heading;
    private string? _focused;

    /// <summary>The tenant.</summary>
    [Parameter, EditorRequired]
    public required Guid TenantId { get; set; }

    /// <summary>The session.</summary>
    [Parameter, EditorRequired]
    public required SessionView Session { get; set; }

    /// <summary><c>info</c> or <c>notes</c>.</summary>
    [Parameter, EditorRequired]
    public required string Tab { get; set; }

    /// <summary>It was opened by the reader just now, and not with the page.</summary>
    [Parameter]
    public bool TakesFocus { get; set; }

    [CascadingParameter]
    private ConversationRights Rights { get; set; } = default!;

    [Inject]
    private SessionNeighbours Neighbours { get; set; } = default!;

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync() => _related = await Neighbours.RelatedAsync(TenantId, Session.Id);

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        // who opened it by keyboard is in it now
        if (_focused == Tab) return;
        _focused = Tab;
        if (!firstRender || TakesFocus) await _heading.FocusAsync(preventScroll: true);
    }
}
