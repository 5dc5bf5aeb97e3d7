// What Grafana makes of a dashboard file, put together from the types that it publishes. Theirs use
// enumerations; JSON has their values.
import type { Dashboard, Panel } from '@grafana/schema';
import type * as gauge from '@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen';
import type * as prometheus from '@grafana/schema/dist/esm/raw/composable/prometheus/dataquery/x/PrometheusDataQuery_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as timeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

type Json<T> = T extends string ? `${T}`
    : T extends (infer Each)[] ? Json<Each>[]
    : T extends object ? { [Key in keyof T]: Json<T[Key]> }
    : T;

type Exactly<Type extends string, Options, Custom> = Omit<Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> & {
    type: Type;
    options: Partial<Options>;
    fieldConfig: {
        defaults: Omit<NonNullable<Panel['fieldConfig']>['defaults'], 'custom'> & { custom: Partial<Custom> };
        overrides: [];
    };
    targets: (Omit<prometheus.PrometheusDataQuery, 'datasource'> & { datasource: { type: 'prometheus'; uid: string } })[];
};

type AnyPanel =
    | Exactly<'timeseries', timeseries.Options, timeseries.FieldConfig>
    | Exactly<'stat', stat.Options, object>
    | Exactly<'gauge', gauge.Options, object>
    | Exactly<'state-timeline', timeline.Options, timeline.FieldConfig>;

export type DashboardFile = Json<Omit<Dashboard, 'panels'> & { panels: AnyPanel[] }>;
