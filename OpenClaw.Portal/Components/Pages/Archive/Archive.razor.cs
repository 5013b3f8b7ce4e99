using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Routing;
using Microsoft.AspNetCore.WebUtilities;
using OpenClaw.Gateway.Core.Administration.ApiKeys;
using OpenClaw.Portal.Components.Controls.Dialogs;
using OpenClaw.Portal.Components.Controls.Forms;
using OpenClaw.Portal.Components.Pages.Conversations;
using OpenClaw.Portal.Services;

namespace OpenClaw.Portal.Components.Pages.Archive;

/// <summary>The list of archived sessions and, beside it, the chosen one. Words, filters, place and choice are in the address.</summary>
public sealed partial class Archive
{
    private ArchiveList? _list;

    /// <summary>The chosen session.</summary>
    [Parameter]
    public Guid? Id { get; set; }

    /// <summary>The place in the list where it begins.</summary>
    [SupplyParameterFromQuery]
    private string? After { get; set; }

    /// <summary>The entry to go to.</summary>
    [SupplyParameterFromQuery]
    private long? At { get; set; }

    /// <summary>The entry whose timeline is open.</summary>
    [SupplyParameterFromQuery]
    private long? Entry { get; set; }

    [Inject]
    private TenantNames Names { get; set; } = default!;

    [Inject]
    private NavigationManager Navigation { get; set; } = default!;

    [Inject]
    private Toasts Toasts { get; set; } = default!;

    private ListQuery Query { get; set; } = new();

    private ConversationRights Rights { get; set; } = default!;

    private IReadOnlyList<Choice> Agents { get; set; } = [];

    private IReadOnlyList<Choice> ChannelChoices => [.. Names.Channels(TenantId).Select(c => new Choice(c.Id.ToString(), c.Name))];

    private string Path => $"{Base}/archive";

    /// <inheritdoc />
    public void Dispose() => Navigation.LocationChanged -= Moved;

    /// <inheritdoc />
    protected override async Task OnInitializedAsync()
    {
        Query = Read();
        Navigation.LocationChanged += Moved;
        Rights = new(Base, CallerAsync, false, Guid.Empty);
        var caller = await CallerAsync();
        Rights = Rights with { MayOperate = caller.May(ApiScopeNames.Operate), Person = caller.Id };
        Agents = [.. (await Names.AgentsAsync(TenantId)).Select(a => new Choice(a.Id.ToString(), a.Name))];
    }

    /// <summary>What narrows this list: a state and troubles are of living conversations.</summary>
    private ListQuery Read() => ListQuery.Of(Navigation) with { State = null, Trouble = null };

    private void Moved(object? sender, LocationChangedEventArgs moved) => _ = InvokeAsync(() =>
    {
        var query = Read();
        if (query == Query) return;
        Query = query;
        StateHasChanged();
    });

    private void RestoredAsync(Guid session)
    {
        _list?.Remove(session);
        Toasts.Show("The conversation lives again. Its user's next message goes on in it.");
        Navigation.NavigateTo($"{Base}/conversations/{session}");
    }

    /// <summary>The address of this list, with its filters, for another choice and an entry in it.</summary>
    private string Address(Guid? session, long? at) => Address(session, at, After);

    private string Address(Guid? session, long? at, string? after)
    {
        var path = session is null ? Path : $"{Path}/{session}";
        var query = Query.ToQuery();
        var address = query.Length == 0 ? path : $"{path}?{query}";
        if (at is { } seq) address = QueryHelpers.AddQueryString(address, "at", seq.ToString(System.Globalization.CultureInfo.InvariantCulture));
        return after is null ? address : QueryHelpers.AddQueryString(address, "after", after);
    }
}
