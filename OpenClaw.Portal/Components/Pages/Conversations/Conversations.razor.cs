using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Gateway.Core.Administration.Conversations;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Controls.Lists;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Conversations;

/// <summary>The list of sessions and, beside it, the chosen one. Filters, place and choice are in the address.</summary>
public sealed partial class Conversations
{
    private readonly Selection _selection = new();

    /// <summary>The chosen session.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    /// <summary>The place in the list where it begins.</summary>
    [SupplyParameterFromQuery]
    private string? After { get; set; }

    /// <summary>The message whose timeline is open.</summary>
    [SupplyParameterFromQuery]
    private Guid? Message { get; set; }

    /// <summary>The entry to go to.</summary>
    [SupplyParameterFromQuery]
    private long? At { get; set; }

    /// <summary>What stands beside the transcript.</summary>
    [SupplyParameterFromQuery]
    private string? Panel { get; set; }

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private MessageQueries Messages { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    private ListQuery Query { get; set; } = new();

    private ConversationRights Rights { get; set; } = default!;

    private IReadOnlyList<Choice> Agents { get; set; } = [];

    private IReadOnlyList<Choice> ChannelChoices => [.. Names.Channels(TenantId).Select(c => new Choice(c.Id.ToString(), c.Name))];

    private string Path => $"{Base}/conversations";

    private string ArchiveSearch => QueryHelpers.AddQueryString($"{Base}/archive", "text", Query.Text ?? "");

    /// <inheritdoc />
    public void Dispose() => Navigation.LocationChanged -= Moved;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Query = ListQuery.Of(Navigation);
        Navigation.LocationChanged += Moved;
        Rights = new(Base, CallerAsync, false, Guid.Empty);
        var caller = await CallerAsync();
        Rights = Rights with { MayOperate = caller.May(ApiScopeNames.Operate), Person = caller.Id };
        Agents = [.. (await Names.AgentsAsync(TenantId)).Select(a => new Choice(a.Id.ToString(), a.Name))];
    }

    /// <inheritdoc />
    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender) await GoToMessageAsync();
    }

    /// <summary>Who looks for a message's id (or its trace id, which is the same) is led to the message.</summary>
    private async Task GoToMessageAsync()
    {
        if (!Guid.TryParse(Query.Text, out var id) || await Messages.GetAsync(TenantId, id) is not { } found) return;
        Navigation.NavigateTo($"{Path}/{found.SessionId}?message={found.Id}&at={found.Seq}");
    }

    private void Moved(object? sender, LocationChangedEventArgs moved) => _ = InvokeAsync(async () =>
    {
        var query = ListQuery.Of(Navigation);
        if (query == Query) return;
        Query = query;
        StateHasChanged();
        await GoToMessageAsync();
    });

    private void OpenMessage(Guid? message) => Navigation.SetQuery(("message", message?.ToString()));

    /// <summary>The address of this list, with its filters, for another choice.</summary>
    private string Address(Guid? session) => Address(session, After);

    private string Address(Guid? session, string? after)
    {
        var path = session is null ? Path : $"{Path}/{session}";
        var query = Query.ToQuery();
        var address = query.Length == 0 ? path : $"{path}?{query}";
        return after is null ? address : QueryHelpers.AddQueryString(address, "after", after);
    }
}
