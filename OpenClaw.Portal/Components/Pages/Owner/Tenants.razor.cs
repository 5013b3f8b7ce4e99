using Microsoft.AspNetCore.Components;
using OpenClaw.Gateway.Core.Administration;
using OpenClaw.Gateway.Core.Administration.Tenants;
using OpenClaw.Portal.Components.Controls.Forms;

namespace OpenClaw.Portal.Components.Pages.Owner;

/// <summary>All tenants with what they use; filters are in the address.</summary>
public sealed partial class Tenants
{
    private static readonly IReadOnlyList<Choice> States = [new("active", "Active"), new("suspended", "Suspended")];
    private (string?, string?)? _loaded;

    [SupplyParameterFromQuery(Name = "q")]
    private string? Text { get; set; }

    [SupplyParameterFromQuery]
    private string? State { get; set; }

    [Inject]
    private TenantQueries Queries { get; set; } = default!;

    private List<TenantView>? Rows { get; set; }

    private string? Next { get; set; }

    private string? Fault { get; set; }

    private bool IsFiltered => !string.IsNullOrEmpty(Text) || !string.IsNullOrEmpty(State);

    /// <inheritdoc />
    protected override async Task OnParametersSetAsync()
    {
        if (_loaded == (Text, State)) return;
        _loaded = (Text, State);
        Rows = null;
        await LoadAsync(after: null);
    }

    private Task MoreAsync() => LoadAsync(Next);

    private async Task LoadAsync(string? after)
    {
        try
        {
            bool? suspended = State switch { "suspended" => true, "active" => false, _ => null };
            var page = await Queries.ListAsync(await CallerAsync(), new(PageRequest.DefaultLimit, after), Text, suspended);
            (Rows, Next, Fault) = ([.. after is null ? [] : Rows ?? [], .. page.Items], page.Next, null);
        }
        catch (ForbiddenException fault)
        {
            (Rows, Fault) = ([], fault.Message);
        }
    }
}
