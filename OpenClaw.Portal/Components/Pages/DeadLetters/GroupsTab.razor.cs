using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.DeadLetters;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;

namespace OpenClaw.Portal.Components.Pages.DeadLetters;

/// <summary>Open dead letters, those together that failed alike.</summary>
public sealed partial class GroupsTab
{
    private IReadOnlyList<DeadLetterGroup>? _groups;
    private DeadLetterGroup? _replayed;
    private bool _all;
    private string? _fault;

    /// <summary>On whose behalf a step is done.</summary>
    [Parameter, EditorRequired]
    public required Func<Task<Caller>> Caller { get; set; }

    /// <summary>They may replay.</summary>
    [Parameter]
    public bool MayOperate { get; set; }

    /// <summary>The tenant's agents.</summary>
    [Parameter]
    public IReadOnlyList<Choice> Agents { get; set; } = [];

    [Inject]
    private DeadLetterQueries Queries { get; set; } = default!;

    /// <inheritdoc />
    protected override async Task LoadAsync()
    {
        try
        {
            _groups = (await Queries.GroupsAsync(TenantId, LetterQuery.Read(Navigation) with { State = null }, Gone)).Items;
            _fault = null;
        }
        catch (InvalidInputException fault)
        {
            _fault = fault.Message;
        }
    }

    private string Address(DeadLetterGroup group) => Navigation.With(("tab", "list"), ("group", group.Fingerprint), ("state", "open"), ("after", null));
}
